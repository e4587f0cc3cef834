import type {KubernetesObject} from '../../../../model/index.ts';
import {type FieldError, forbidden, invalid, invalidFor, required, tooLong} from '../rules/field-error.ts';
import {immutable} from '../rules/metadata.ts';
import {configKey} from '../rules/names.ts';
import {isSame} from '../rules/same.ts';
import type {KindRules} from '../types.ts';

const LIMIT = 1024 * 1024;

interface ConfigMap extends KubernetesObject {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  immutable?: boolean;
}

/** Upstream: ValidateConfigMap. */
export const configMapRules: KindRules<ConfigMap> = {
  validate({data = {}, binaryData = {}}) {
    const size = [...Object.values(data).map((each) => Buffer.byteLength(each)), ...Object.values(binaryData).map(decodedLength)];
    return [
      ...Object.keys(data).flatMap((key) => [
        ...invalidFor(`data[${key}]`, key, configKey(key)),
        ...(Object.hasOwn(binaryData, key) ? [invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')] : []),
      ]),
      ...Object.keys(binaryData).flatMap((key) => invalidFor(`binaryData[${key}]`, key, configKey(key))),
      ...(sum(size) > LIMIT ? [tooLong('[]', LIMIT)] : []),
    ];
  },
  validateChange: (config, old) => (old.immutable === true ? frozen(config, old, ['data', 'binaryData']) : []),
};

interface Secret extends KubernetesObject {
  type?: string;
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  immutable?: boolean;
}

/** Upstream: ValidateSecret. `stringData` is for writing only. */
export const secretRules: KindRules<Secret> = {
  defaults(secret) {
    secret.type ||= 'Opaque';
    if (secret.stringData === undefined) return;
    const encoded = Object.entries(secret.stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')] as const);
    secret.data = Object.fromEntries([...Object.entries(secret.data ?? {}), ...encoded]);
    delete secret.stringData;
  },
  validate(secret) {
    const {data = {}} = secret;
    return [
      ...Object.keys(data).flatMap((key) => invalidFor(`data[${key}]`, key, configKey(key))),
      ...(sum(Object.values(data).map(decodedLength)) > LIMIT ? [tooLong('data', LIMIT)] : []),
      ...validateType(secret, data),
    ];
  },
  validateChange: (secret, old) => [
    ...immutable('type', secret.type, old.type),
    ...(old.immutable === true ? frozen(secret, old, ['data']) : []),
  ],
};

const ACCOUNT = 'kubernetes.io/service-account.name';

/** What each type of Secret must hold. */
function validateType({type = '', metadata}: Secret, data: Readonly<Record<string, string>>): FieldError[] {
  const missing = (keys: readonly string[]) => keys.filter((key) => !Object.hasOwn(data, key)).map((key) => required(`data[${key}]`));
  if (type === 'kubernetes.io/service-account-token') {
    return metadata?.annotations?.[ACCOUNT] ? [] : [required(`metadata.annotations[${ACCOUNT}]`)];
  }
  if (type === 'kubernetes.io/dockercfg') return dockerConfig(data, '.dockercfg');
  if (type === 'kubernetes.io/dockerconfigjson') return dockerConfig(data, '.dockerconfigjson');
  if (type === 'kubernetes.io/basic-auth') {
    const keys = missing(['username', 'password']);
    return keys.length === 2 ? keys : [];
  }
  if (type === 'kubernetes.io/ssh-auth') return data['ssh-privatekey'] ? [] : [required('data[ssh-privatekey]')];
  return type === 'kubernetes.io/tls' ? missing(['tls.crt', 'tls.key']) : [];
}

function dockerConfig(data: Readonly<Record<string, string>>, key: string): FieldError[] {
  if (!Object.hasOwn(data, key)) return [required(`data[${key}]`)];
  const text = Buffer.from(data[key] ?? '', 'base64').toString();
  try {
    JSON.parse(text);
    return [];
  } catch {
    // The parser's words would show what is secret.
    const why = text === '' ? 'unexpected end of JSON input' : 'invalid character in JSON';
    return [invalid(`data[${key}]`, '<secret contents redacted>', why)];
  }
}

function frozen<Kind extends {immutable?: boolean}>(object: Kind, old: Kind, names: readonly (keyof Kind & string)[]): FieldError[] {
  const message = 'field is immutable when `immutable` is set';
  return [
    ...(object.immutable === true ? [] : [forbidden('immutable', message)]),
    ...names.filter((name) => !isSame(object[name], old[name])).map((name) => forbidden(name, message)),
  ];
}

function decodedLength(base64: string): number {
  return Buffer.byteLength(base64, 'base64');
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
