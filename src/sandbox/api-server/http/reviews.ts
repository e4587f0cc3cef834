import {decodeObject} from './decode-object.ts';
import type {ResourceExchange} from './exchange.ts';
import {sendObject} from './respond.ts';
import {parseWriteParameters} from './write-options.ts';

type Answer = (exchange: ResourceExchange, spec: Readonly<Record<string, unknown>>) => object;

/** What discovery alone takes, beside everything: `kubectl auth can-i --list` shows them apart. */
const DISCOVERY_PATHS = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];

const EVERYTHING = {
  resourceRules: [
    {verbs: ['create'], apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews']},
    {verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews']},
    {verbs: ['*'], apiGroups: ['*'], resources: ['*']},
  ],
  nonResourceRules: [
    {verbs: ['get'], nonResourceURLs: DISCOVERY_PATHS},
    {verbs: ['*'], nonResourceURLs: ['*']},
    {verbs: ['get'], nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/']},
  ],
  incomplete: false,
};

/** There is no authorization in the sandbox: whoever is let in may do everything. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  selfsubjectaccessreviews: () => ({allowed: true}),
  subjectaccessreviews: () => ({allowed: true}),
  localsubjectaccessreviews: () => ({allowed: true}),
  selfsubjectrulesreviews: () => EVERYTHING,
  selfsubjectreviews: ({user}) => ({userInfo: userInfo(user)}),
  tokenreviews: ({parts}, {token}) => {
    const user = parts.tokens.verify(String(token ?? ''));
    return user === null ? {user: {}, error: 'invalid bearer token'} : {authenticated: true, user: userInfo(user)};
  },
};

/** `POST` of a review: answered at once, never stored. False for other resources. */
export async function serveReview(exchange: ResourceExchange): Promise<boolean> {
  const {target, response, method} = exchange;
  const answer = ANSWERS[target.resource.plural];
  if (answer === undefined || method !== 'POST' || target.name !== '') return false;
  const {fieldValidation} = parseWriteParameters(exchange, 'CreateOptions');
  const {object} = await decodeObject(exchange, target.resource, fieldValidation);
  const spec = (object['spec'] ?? {}) as Readonly<Record<string, unknown>>;
  await sendObject(response, 201, {...object, status: answer(exchange, spec)});
  return true;
}

function userInfo({username, uid, groups, extra}: ResourceExchange['user']): object {
  return {username, ...(uid === '' ? {} : {uid}), groups, ...(extra === undefined ? {} : {extra})};
}
