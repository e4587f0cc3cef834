import type {Image} from '../../image.ts';
import type {KubeletContext} from '../context.ts';
import {type BackOff, nextBackOff} from './back-off.ts';
import {findImage, type ImageReference, parseImageReference, referenceComplaint} from './find-image.ts';

export interface PulledImage {
  readonly image: Image;
  readonly reference: ImageReference;
}

export interface PullReport {
  waiting(reason: string, message?: string): void;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** How long a failure shows as itself before it shows as back-off. */
const SETTLE_MS = 1000;

/**
 * Finds a container's image, trying again with back-off until it is there (a pod's image may be changed) or the signal is aborted.
 * The image's name is read anew each time. Source of reasons and wording: kubernetes `pkg/kubelet/images/image_manager.go`.
 */
export async function pullImage(
  name: () => {readonly image: string; readonly policy: string},
  context: KubeletContext,
  report: PullReport,
  signal: AbortSignal,
): Promise<PulledImage | null> {
  let backOff: BackOff | null = null;
  while (!signal.aborted) {
    const {image, policy} = name();
    const pulled = tryPull(image, policy, context, report);
    if (pulled) return pulled;
    backOff = nextBackOff(backOff, context.clock.now());
    if (!(await context.clock.sleep(SETTLE_MS, signal))) return null;
    const problem = problemOf(image, policy, context);
    if (problem.reason === 'ErrImagePull') {
      report.waiting('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${problem.message}`);
      report.event('Normal', 'BackOff', `Back-off pulling image "${image}"`);
      report.event('Warning', 'Failed', 'Error: ImagePullBackOff');
    }
    if (!(await untilDueOrChanged(backOff.delayMs, () => name().image !== image, context, signal))) return null;
  }
  return null;
}

function tryPull(name: string, policy: string, context: KubeletContext, report: PullReport): PulledImage | null {
  const reference = parseImageReference(name);
  const image = reference && findImage(context.images, reference);
  if (!reference || !image) {
    const problem = problemOf(name, policy, context);
    if (problem.reason === 'ErrImagePull') {
      report.event('Normal', 'Pulling', `Pulling image "${name}"`);
      report.event('Warning', 'Failed', `Failed to pull image "${name}": ${problem.message}`);
      report.event('Warning', 'Failed', 'Error: ErrImagePull');
    } else {
      report.event('Warning', problem.reason === 'InvalidImageName' ? 'InspectFailed' : problem.reason, problem.message);
      report.event('Warning', 'Failed', `Error: ${problem.reason}`);
    }
    report.waiting(problem.reason, problem.message);
    return null;
  }
  if (policy !== 'Always' && (policy === 'Never' || context.pulled.has(reference.text))) {
    report.event('Normal', 'Pulled', `Container image "${name}" already present on machine and can be accessed by the pod`);
  } else {
    report.event('Normal', 'Pulling', `Pulling image "${name}"`);
    report.event('Normal', 'Pulled', `Successfully pulled image "${name}" in 1ms (1ms including waiting). Image size: 0 bytes.`);
    context.pulled.add(reference.text);
  }
  return {image, reference};
}

interface Problem {
  readonly reason: 'ErrImagePull' | 'ErrImageNeverPull' | 'InvalidImageName';
  readonly message: string;
}

function problemOf(name: string, policy: string, context: KubeletContext): Problem {
  if (!parseImageReference(name)) {
    const message = `Failed to apply default image tag "${name}": couldn't parse image name "${name}": ${referenceComplaint(name)}`;
    return {reason: 'InvalidImageName', message};
  }
  if (policy === 'Never') {
    return {reason: 'ErrImageNeverPull', message: `Container image "${name}" is not present with pull policy of Never`};
  }
  const names = context.images.map((image) => image.names[0]).join(', ');
  return {reason: 'ErrImagePull', message: `the sandbox has no image "${name}"; the images that exist, at any tag: ${names}`};
}

/** Waits for the back-off, in steps, so that a changed name is tried at once. False when aborted. */
async function untilDueOrChanged(ms: number, changed: () => boolean, context: KubeletContext, signal: AbortSignal): Promise<boolean> {
  const due = context.clock.now() + ms;
  while (context.clock.now() < due && !changed()) {
    if (!(await context.clock.sleep(Math.min(SETTLE_MS, due - context.clock.now()), signal))) return false;
  }
  return !signal.aborted;
}
