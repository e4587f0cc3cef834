export {checkFields, type FieldProblems, strictDecodingError} from './check-fields.ts';
export {findDuplicateFields} from './duplicate-fields.ts';
export {openApiV2, openApiV3, openApiV3Paths} from './openapi.ts';
export {findResource, resourceOfKind, resources} from './resources.ts';
export {schemaOf} from './schema-of.ts';
export type {FieldSchema, ResourceInfo, ScalarType, Schema, StructSchema, SubresourceInfo} from './types.ts';
