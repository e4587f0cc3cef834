import type {Program} from './program.ts';

/** An image of the sandbox's catalogue: known by repository name at any tag. */
export interface Image {
  /** Repository names, short and full: `nginx` stands for `docker.io/library/nginx` and `library/nginx` too. */
  readonly names: readonly string[];
  readonly summary: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  /** Files beyond the common ones, by absolute path. */
  readonly files: Readonly<Record<string, string>>;
  /** Executables of the image by base name, beside the common shell commands. */
  readonly programs: Readonly<Record<string, Program>>;
  /** Whether `sh` and the usual commands are there. */
  readonly hasShell: boolean;
}
