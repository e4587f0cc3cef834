export {type Certificates, type KeyPair, loadCertificates} from './certificates.ts';
export {createTokenIssuer, ISSUER as TOKEN_AUDIENCE, type TokenIssuer} from './http/authenticate.ts';
export {type ApiOptions, createApi, type Registry} from './registry/index.ts';
export {type ApiServer, type ApiServerOptions, startApiServer} from './start-api-server.ts';
export {openStore, type Store, type StoreOptions} from './store/index.ts';
