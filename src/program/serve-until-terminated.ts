import type {RequestListener} from 'node:http';
import type {ProgramContext} from '../model/index.ts';
import {type HttpService, type ServeOptions, serveHttp} from './http-server.ts';
import {untilKilled} from './until-killed.ts';

interface ServicePlan extends ServeOptions {
  readonly log: (message: string) => void;
  /** How long running requests may go on after SIGTERM. */
  readonly graceMs: number;
}

/** The life of a program that is one HTTP server: serves until SIGTERM, lets running requests end, and gives the exit code: 1 where the port cannot be had. */
export async function serveUntilTerminated(context: ProgramContext, plan: ServicePlan, handler: RequestListener): Promise<number> {
  let service: HttpService;
  try {
    service = serveHttp(context, plan, handler);
  } catch (error) {
    context.stderr(`cannot listen on port ${plan.port}: ${(error as Error).message}\n`);
    return 1;
  }
  plan.log(`Listening on port ${service.port || plan.port}`);
  await new Promise<void>((resolve) => {
    context.onSignal('SIGTERM', () => {
      plan.log('Received SIGTERM. Server shutting down...');
      service.stop(plan.graceMs).then(resolve, resolve);
    });
    void untilKilled(context.signal).then(resolve);
  });
  return 0;
}
