/**
 * Writes what follows from the lists in `src` into `package.json` and the README: the commands and the settings'
 * schema of the providers, and the README's tables. `--check` writes nothing and fails where something is stale.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as prettier from 'prettier';
import { apiHostPattern } from '../src/core/apiHosts.ts';
import { injectionTargets } from '../src/core/profile.ts';
import { localEnvironment } from '../src/core/provider.ts';
import { providers } from '../src/core/providers/index.ts';
import { commandIds, fetchCommandId } from '../src/manifest.ts';

interface Command {
  readonly command: string;
  readonly title: string;
  readonly category: string;
  readonly icon?: string;
}

interface Manifest {
  readonly contributes: {
    commands: Command[];
    readonly menus: { commandPalette: { command: string; when: string }[] };
    readonly configuration: { readonly properties: Record<string, Record<string, unknown>> };
  };
}

const root = path.resolve(import.meta.dirname, '..');

/** The generated files and their contents, by path. */
export async function generate(): Promise<Map<string, string>> {
  const manifestFile = path.join(root, 'package.json');
  const readmeFile = path.join(root, 'README.md');
  const manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as Manifest;
  addProviderCommands(manifest);
  const profiles = manifest.contributes.configuration.properties['paymentAuth.profiles'];
  if (profiles) profiles.items = profileSchema();
  const readme = fillTables(await readFile(readmeFile, 'utf8'), manifest);
  return new Map([
    [manifestFile, await format(JSON.stringify(manifest), manifestFile)],
    [readmeFile, await format(readme, readmeFile)],
  ]);
}

async function format(text: string, file: string): Promise<string> {
  return prettier.format(text, { ...(await prettier.resolveConfig(file)), filepath: file });
}

function addProviderCommands({ contributes }: Manifest): void {
  const generated = providers.map(({ id, shortName }) => ({
    command: fetchCommandId(id),
    title: `Fetch ${shortName} token`,
    category: 'Payment Auth',
    icon: '$(cloud-download)',
  }));
  const hand = new Set<string>(Object.values(commandIds));
  contributes.commands = [...generated, ...contributes.commands.filter(({ command }) => hand.has(command))];
  contributes.menus.commandPalette = [
    ...generated.map(({ command }) => ({ command, when: 'isWorkspaceTrusted' })),
    ...contributes.menus.commandPalette.filter(({ command }) => hand.has(command)),
  ];
}

/** JSON Schema of one entry of `paymentAuth.profiles`, for completion and checks while it is edited by hand. */
function profileSchema(): object {
  return {
    type: 'object',
    required: ['id', 'name', 'provider', 'environment', 'variable'],
    additionalProperties: false,
    defaultSnippets: providers.map(({ id, shortName, environments, variable }) => ({
      label: `${shortName} profile`,
      body: {
        id: `\${1:${id}-1}`,
        name: `\${2:${shortName}}`,
        provider: id,
        environment: `\${3:${environments[0]?.id ?? ''}}`,
        variable: `\${4:${variable}}`,
        inject: injectionTargets,
      },
    })),
    properties: {
      id: { type: 'string', pattern: '^[\\w.-]{1,100}$', description: 'Names the profile’s secrets; never change it.' },
      name: { type: 'string', minLength: 1, maxLength: 100, description: 'Shown in the view and in the status bar.' },
      provider: {
        enum: providers.map(({ id }) => id),
        enumDescriptions: providers.map(({ label, description }) => `${label}: ${description}`),
        description: 'The payment API.',
      },
      environment: { type: 'string', description: 'One of the provider’s environments, or “local” for a server on this machine.' },
      tokenUrl: {
        type: 'string',
        format: 'uri',
        pattern: '^https?://',
        description: 'Token endpoint, where the environment has no public one. Another origin needs the credentials entered again.',
      },
      variable: { type: 'string', pattern: '^[A-Za-z_]\\w*$', description: 'Environment variable that carries the token.' },
      inject: {
        type: 'array',
        uniqueItems: true,
        items: { enum: injectionTargets, enumDescriptions: ['In memory, for {{$processEnv …}} in REST Client and httpYac.'] },
        description: 'Where the token is put by itself while it is valid. Empty: it is copied on command only.',
      },
      apiHosts: {
        type: 'array',
        uniqueItems: true,
        items: { type: 'string', pattern: apiHostPattern },
        description:
          'Hosts of the API besides that of the token URL, such as api.example.com or *.example.com; another is warned of where a production token would go there.',
      },
    },
    allOf: providers.map(({ id, environments }) => {
      const asking = [...environments.filter(({ tokenUrl }) => tokenUrl === undefined), localEnvironment].map(
        (environment) => environment.id,
      );
      return {
        if: { properties: { provider: { const: id } }, required: ['provider'] },
        then: {
          properties: { environment: { enum: [...environments.map((environment) => environment.id), localEnvironment.id] } },
          if: { properties: { environment: { enum: asking } }, required: ['environment'] },
          then: { required: ['tokenUrl'] },
        },
      };
    }),
  };
}

function fillTables(readme: string, { contributes }: Manifest): string {
  const tables: Record<string, string> = {
    providers: table(
      ['Provider', 'Environments', 'Credentials', 'Documentation'],
      providers.map(({ label, environments, credentials, documentation }) => [
        label,
        environments.map(({ label: name, tokenUrl }) => (tokenUrl === undefined ? `${name} (you enter the URL)` : name)).join(', '),
        credentials.map(({ label: name, required }) => (required ? name : `${name} (optional)`)).join(', '),
        `[documentation](${documentation})`,
      ]),
    ),
    commands: table(
      ['Command', 'Id'],
      contributes.commands.map(({ command, title, category }) => [`${category}: ${title}`, `\`${command}\``]),
    ),
    settings: table(
      ['Setting', 'Default', 'What it does'],
      Object.entries(contributes.configuration.properties).map(([id, { default: value, markdownDescription }]) => [
        `\`${id}\``,
        `\`${JSON.stringify(value)}\``,
        String(markdownDescription),
      ]),
    ),
  };
  return Object.entries(tables).reduce(
    (text, [name, content]) => text.replace(new RegExp(`(<!-- ${name}: generated -->)[^]*?(<!-- end -->)`), `$1\n\n${content}\n\n$2`),
    readme,
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

if (import.meta.main) {
  const stale: string[] = [];
  for (const [file, content] of await generate()) {
    if ((await readFile(file, 'utf8')) === content) continue;
    stale.push(path.relative(root, file));
    if (!process.argv.includes('--check')) await writeFile(file, content);
  }
  if (stale.length > 0) console.log(`${process.argv.includes('--check') ? 'Stale, run npm run generate' : 'Written'}: ${stale.join(', ')}`);
  if (stale.length > 0 && process.argv.includes('--check')) process.exit(1);
}
