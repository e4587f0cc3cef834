import {describe, expect, it} from 'vitest';
import {requireVantage} from '../../src/flows/vantage.ts';
import {viewOf} from '../../src/view/index.ts';

const pod = (namespace: string, name: string) => ({apiVersion: 'v1', kind: 'Pod', metadata: {namespace, name}, spec: {containers: []}});
const view = viewOf([pod('kiada', 'kiada-001'), pod('kiada', 'quote-001'), pod('kube-system', 'coredns-1')]);

describe('a vantage that does not exist', () => {
  const hintFor = (namespace: string, name: string): unknown => {
    try {
      requireVantage(view, {kind: 'Pod', namespace, name});
      return null;
    } catch (error) {
      return (error as {hint?: unknown}).hint;
    }
  };

  it('is answered with pods of its namespace alone', () => {
    expect(hintFor('kiada', 'nobody')).toBe('There are: kiada-001, quote-001');
    expect(hintFor('kiada', 'kiada-002')).toContain('kiada-001');
    expect(hintFor('empty', 'nobody')).toBe('There are: none');
  });

  it('is answered with where else there is one of that name', () => {
    expect(hintFor('default', 'kiada-001')).toBe('There is one in: kiada (write pod/kiada/kiada-001)');
  });
});
