import { build, type Plugin, type Rolldown } from 'vite';

const SUFFIX = '?bundled';

/** `import code from './some.ts?bundled'`: a module with all that it imports, as the text of one script. It runs in a frame that can load nothing. */
export function bundled(): Plugin {
  return {
    name: 'bundled',
    enforce: 'pre',
    async resolveId(id, importer) {
      if (!id.endsWith(SUFFIX)) return undefined;
      const found = await this.resolve(id.slice(0, -SUFFIX.length), importer);
      return found && found.id + SUFFIX;
    },
    async load(id) {
      if (!id.endsWith(SUFFIX)) return undefined;
      return `export default ${JSON.stringify(await bundleOf(id.slice(0, -SUFFIX.length)))}`;
    },
  };
}

export async function bundleOf(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    mode: 'production',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry, formats: ['iife'], name: 'bundled', fileName: 'bundled' },
    },
  });
  const [{ output }] = [built].flat() as Rolldown.RolldownOutput[] as [Rolldown.RolldownOutput];
  return output[0].code;
}
