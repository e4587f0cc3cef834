/** The keys of `/openapi/v3`: `api/v1`, `apis/apps/v1`, … */
export function openApiV3Paths(): readonly string[] {
  throw new Error('OpenAPI is not there yet');
}

/** The document of one group version by its key in `/openapi/v3`, or null. */
export function openApiV3(_path: string): object | null {
  throw new Error('OpenAPI is not there yet');
}

/** `/openapi/v2` as JSON. */
export function openApiV2(): object {
  throw new Error('OpenAPI is not there yet');
}
