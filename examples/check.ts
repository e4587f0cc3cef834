// Findings about manifests, before they are applied.
import {check, explainCode} from 'kiada/findings';
import {viewOf} from 'kiada/routing';
import {objects} from './cluster.ts';

const mislabelled = objects.map((object) =>
  object.kind === 'Service' ? {...object, spec: {...(object['spec'] as object), selector: {app: 'wbe'}}} : object,
);
const {findings} = check(viewOf(mislabelled), {manifests: true, minSeverity: 'error'});
for (const finding of findings) console.log(finding.code, finding.severity, explainCode(finding.code)?.name);

// prints:
// KIA0101 error SelectorMatchesNoPod
