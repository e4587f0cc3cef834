import type {KubernetesObject} from '../../model/index.ts';
import {questionsScript} from '../quiz/questions-script.ts';
import {type OnNode, programContainer, programMap, programMounts, programVolumes, type SuiteForm} from './form.ts';
import {fieldVariable, service} from './service.ts';
import {type Setup, setupOf} from './setup.ts';

const LABELS = {app: 'quiz'} as const;
const DATA = 'quiz-data';
const QUESTIONS = 'quiz-questions';

/** Quiz: one pod that keeps questions and answers on a volume: in SQLite, or in a MongoDB beside it. */
export function quizSetup(form: SuiteForm): Setup {
  const mongoImage = form === 'images' ? null : form.mongoImage;
  const claimed = form === 'images' || form.claims;
  return setupOf('quiz', 'Quiz: one pod that keeps questions and answers on a persistent volume, behind a cluster IP', [
    ...programMap(form, 'quiz', 'quiz', ['quiz-api']),
    ...(mongoImage === null ? [] : [questionsMap()]),
    ...(claimed ? [claim()] : []),
    service('quiz', LABELS, [{name: 'http', port: 80, targetPort: 8080}]),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {name: 'quiz', labels: {...LABELS, rel: 'stable'}},
      spec: {
        volumes: [
          {name: DATA, ...(claimed ? {persistentVolumeClaim: {claimName: DATA}} : {emptyDir: {}})},
          ...(mongoImage === null ? [] : [{name: QUESTIONS, configMap: {name: QUESTIONS}}]),
          ...programVolumes(form, 'quiz'),
        ],
        containers: form === 'images' || mongoImage === null ? [withSqlite(form)] : [withMongo(form), mongo(mongoImage)],
      },
    },
  ]);
}

function claim(): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {name: DATA, labels: LABELS},
    spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}},
  };
}

/** What an empty MongoDB is filled with when it first starts. */
function questionsMap(): KubernetesObject {
  const data = {'insert-questions.js': questionsScript()};
  return {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: QUESTIONS, labels: LABELS}, data};
}

function withSqlite(form: SuiteForm): object {
  return {
    ...quizApi(form, []),
    env: [{name: 'QUIZ_DATABASE', value: '/data/quiz.db'}, fieldVariable('POD_NAME', 'metadata.name')],
    ...SERVED,
    volumeMounts: [{name: DATA, mountPath: '/data'}, ...programMounts(form)],
  };
}

function withMongo(form: OnNode): object {
  return {
    ...quizApi(form, ['--mongo-address', 'mongodb://127.0.0.1:27017']),
    env: [fieldVariable('POD_NAME', 'metadata.name')],
    ...SERVED,
    volumeMounts: programMounts(form),
  };
}

const SERVED = {
  ports: [{name: 'http', containerPort: 8080}],
  readinessProbe: {httpGet: {path: '/healthz/ready', port: 'http'}, periodSeconds: 2},
} as const;

function quizApi(form: SuiteForm, args: readonly string[]): object {
  return {name: 'quiz-api', ...programContainer(form, 'quiz-api', {image: 'luksa/quiz-api:0.1', imagePullPolicy: 'IfNotPresent'}, args)};
}

function mongo(image: string): object {
  return {
    name: 'mongo',
    image,
    imagePullPolicy: 'IfNotPresent',
    ports: [{name: 'mongo', containerPort: 27_017}],
    volumeMounts: [
      {name: DATA, mountPath: '/data/db'},
      {name: QUESTIONS, mountPath: '/docker-entrypoint-initdb.d', readOnly: true},
    ],
  };
}
