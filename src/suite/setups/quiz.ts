import {fieldVariable, service} from './service.ts';
import {type Setup, setupOf} from './setup.ts';

/** Quiz: one pod that keeps its questions and answers in SQLite on a persistent volume. */
export function quizSetup(): Setup {
  return setupOf('quiz', 'Quiz: one pod that keeps questions and answers on a persistent volume, behind a cluster IP', [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {name: 'quiz-data', labels: {app: 'quiz'}},
      spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}},
    },
    service('quiz', {app: 'quiz'}, [{name: 'http', port: 80, targetPort: 8080}]),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {name: 'quiz', labels: {app: 'quiz', rel: 'stable'}},
      spec: {
        volumes: [{name: 'quiz-data', persistentVolumeClaim: {claimName: 'quiz-data'}}],
        containers: [
          {
            name: 'quiz-api',
            image: 'luksa/quiz-api:0.1',
            imagePullPolicy: 'IfNotPresent',
            env: [{name: 'QUIZ_DATABASE', value: '/data/quiz.db'}, fieldVariable('POD_NAME', 'metadata.name')],
            ports: [{name: 'http', containerPort: 8080}],
            readinessProbe: {httpGet: {path: '/healthz/ready', port: 'http'}, periodSeconds: 2},
            volumeMounts: [{name: 'quiz-data', mountPath: '/data'}],
          },
        ],
      },
    },
  ]);
}
