import type { Profile } from '../../core/profile.ts';
import type { Environment } from '../../core/provider.ts';

/** Marks production wherever it is shown: a word, as colours and shapes are not seen by everybody. */
const mark = 'PROD';

/** A profile's name in the status bar and in messages: "PROD Papaya". */
export function markedName({ name, environment }: Pick<Profile, 'name' | 'environment'>): string {
  return environment.production ? `${mark} ${name}` : name;
}

/** What stands beside a name: "PROD · valid, 23 h 41 min left". */
export function markedDetail({ production }: Environment, detail: string): string {
  return production ? `${mark} · ${detail}` : detail;
}

/** The title of questions, as soon as the environment is known: "Add a Papaya profile · PROD". */
export function markedTitle(environment: Environment | undefined, title: string): string {
  return environment?.production ? `${title} · ${mark}` : title;
}
