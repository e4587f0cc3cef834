/** The kubeconfig of the genuine cluster; undefined: there is none, and nothing here can run. */
export const KUBECONFIG: string | undefined = process.env['KIADA_TEST_CLUSTER'] || undefined;
