/** A difference that stands: which lines only one side has, in which steps. Why is told in docs/differences.md, under the heading. */
export interface KnownDifference {
  /** The heading in docs/differences.md. */
  readonly heading: string;
  readonly steps: readonly string[];
  /** The lines that only this side has; one that ends in `…` may go on. */
  readonly genuine: readonly string[];
  readonly sandbox: readonly string[];
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    heading: 'A load balancer is looked after',
    steps: ['services: get svc no-node-ports -o yaml'],
    genuine: [],
    sandbox: ['  finalizers:', '  - service.kubernetes.io/load-balancer-cleanup'],
  },
  {
    heading: 'A load balancer is looked after',
    steps: ['services: describe svc no-node-ports'],
    genuine: ['Events:  <none>'],
    sandbox: [
      '  ----  ------  ----  ----  -------',
      '  Normal  EnsuredLoadBalancer  <age>  service-controller  Ensured load balancer',
      '  Normal  EnsuringLoadBalancer  <age>  service-controller  Ensuring load balancer',
      '  Type  Reason  <age>  From  Message',
      'Events:',
    ],
  },
  {
    heading: 'Fields without descriptions',
    steps: ['namespaces: explain node.spec.podCIDR'],
    genuine: ['    PodCIDR represents the pod IP range assigned to the node.'],
    sandbox: ['    <empty>'],
  },
  {
    heading: 'What a patch would have made is not repeated',
    steps: [`service-errors: patch svc held --type=merge -p '{"spec":{"ports":"x"}}'`],
    genuine: ['The request is invalid: patch: Invalid value: "{\\"apiVersion\\":\\"v1\\",\\"kind\\":\\"Service\\",…'],
    sandbox: [
      'The request is invalid: patch: json: cannot unmarshal string into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort',
    ],
  },
  {
    heading: 'What a patch would have made is not repeated',
    steps: [`states: patch pod init -p '{"spec":{"terminationGracePeriodSeconds":9}}'`],
    genuine: [
      '@@ -292,7 +292,7 @@',
      '  ],',
      '  "EphemeralContainers": null,',
      '  "RestartPolicy": "Always",',
      '- "TerminationGracePeriodSeconds": 0,',
      '+ "TerminationGracePeriodSeconds": 9,',
      '  "ActiveDeadlineSeconds": null,',
      '  "DNSPolicy": "ClusterFirst",',
      '  "NodeSelector": null,',
    ],
    sandbox: ['  changed: spec.terminationGracePeriodSeconds'],
  },
  {
    heading: 'A storage class',
    steps: ['namespaces: get pv,sc'],
    genuine: ['--- stderr', 'No resources found'],
    sandbox: [
      'NAME  PROVISIONER  RECLAIMPOLICY  VOLUMEBINDINGMODE  ALLOWVOLUMEEXPANSION  AGE',
      'storageclass.storage.k8s.io/standard  kiada.io/sandbox-folder  Delete  WaitForFirstConsumer  false  <age>',
    ],
  },
  {
    heading: 'It says that it is the sandbox',
    steps: ['objects: get --raw /version'],
    genuine: ['  "gitVersion": "v1.37.2",'],
    sandbox: ['  "gitVersion": "v1.37.2+kiada-sandbox",'],
  },
  {
    heading: 'It says that it is the sandbox',
    steps: ['objects: version'],
    genuine: ['Server Version: v1.37.2'],
    sandbox: ['Server Version: v1.37.2+kiada-sandbox'],
  },
  {
    heading: 'No authorization',
    steps: ['objects: auth can-i get pods --as=nobody'],
    genuine: ['exit 1', 'no'],
    sandbox: ['exit 0', 'yes'],
  },
  {
    heading: 'Kinds that nothing acts on',
    steps: ['objects: create rolebinding b --clusterrole=view --serviceaccount={ns}:runner'],
    genuine: [],
    sandbox: ['--- stderr', 'Warning: the sandbox stores RoleBinding objects, but nothing in it acts on them'],
  },
  {
    heading: 'Kinds that nothing acts on',
    steps: ['objects: create role r --verb=get --resource=pods -o yaml'],
    genuine: [],
    sandbox: ['--- stderr', 'Warning: the sandbox stores Role objects, but nothing in it acts on them'],
  },
  {
    heading: 'The images that there are',
    steps: ['states: get events of no-image'],
    genuine: [
      'Warning  Failed  kubelet  spec.containers{main}  Failed to pull image "example.invalid/none:1": rpc error: code = NotFound desc = failed to pull and unpack image "example.invalid/none:1": failed to resolve image: example.invalid/none:1: not found',
    ],
    sandbox: [
      'Warning  Failed  kubelet  spec.containers{main}  Failed to pull image "example.invalid/none:1": the sandbox has no image "example.invalid/none:1"; the images that exist, at any tag: …',
    ],
  },
  {
    heading: 'The images that there are',
    steps: ['states: get pod no-image -o jsonpath={.status.containerStatuses[0].state.waiting.message}'],
    genuine: [
      'Back-off pulling image "example.invalid/none:1": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "example.invalid/none:1": failed to resolve image: example.invalid/none:1: not found',
    ],
    sandbox: [
      'Back-off pulling image "example.invalid/none:1": ErrImagePull: the sandbox has no image "example.invalid/none:1"; the images that exist, at any tag: …',
    ],
  },
];
