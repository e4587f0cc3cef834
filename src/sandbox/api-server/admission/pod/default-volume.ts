import {isRecord} from '../rules/same.ts';
import type {Volume} from './types.ts';

const DEFAULT_MODE = 0o644;

/** A volume's defaults: without a source it is an emptyDir; files are readable by all and writable by their owner. */
export function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).every((name) => name === 'name')) volume['emptyDir'] = {};
  for (const name of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    const source = volume[name];
    if (isRecord(source)) source['defaultMode'] ??= DEFAULT_MODE;
  }
  const {downwardAPI, projected, hostPath, ephemeral} = volume;
  if (isRecord(downwardAPI)) defaultFieldRefs(downwardAPI['items']);
  if (isRecord(projected)) for (const source of listOf(projected['sources'])) defaultProjection(source);
  if (isRecord(hostPath)) hostPath['type'] ??= '';
  const claim = isRecord(ephemeral) ? ephemeral['volumeClaimTemplate'] : undefined;
  if (isRecord(claim) && isRecord(claim['spec'])) claim['spec']['volumeMode'] ??= 'Filesystem';
}

function defaultProjection(source: Record<string, unknown>): void {
  const {serviceAccountToken, downwardAPI} = source;
  if (isRecord(serviceAccountToken)) serviceAccountToken['expirationSeconds'] ??= 3600;
  if (isRecord(downwardAPI)) defaultFieldRefs(downwardAPI['items']);
}

function defaultFieldRefs(items: unknown): void {
  for (const {fieldRef} of listOf(items)) if (isRecord(fieldRef)) fieldRef['apiVersion'] ||= 'v1';
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
