import { useEffect, useState } from 'react';
import type { Locrit, OfferedTool } from '../../core';
import { useClient } from '../app-context';
import { Switch } from '../kit/Switch';
import { useModels } from '../models/use-models';
import { useText } from '../text/text';

interface Props {
  model: string;
  tools: Locrit['tools'];
  onChange: (tools: Locrit['tools']) => void;
}

/** Which tools the model may call, and before which of them the person is asked. */
export function ToolsField({ model, tools, onChange }: Props) {
  const t = useText();
  const { find, answering, labelOf } = useModels();
  const known = find(answering(model));
  const names: Record<string, string> = t.tools.names;
  const cannot = known && !known.capabilities.includes('tools');
  const change = (name: string, permission?: 'ask' | 'always') => {
    const { [name]: _, ...others } = tools;
    onChange(permission ? { ...others, [name]: permission } : others);
  };
  return (
    <fieldset>
      <legend className="mb-1 font-[550] text-sm">{t.tools.title}</legend>
      <p className="mb-1 text-ink-3 text-xs">{t.tools.hint}</p>
      {cannot && <p className="mb-1 text-sm text-warn">{t.tools.cannot(labelOf(model))}</p>}
      <div className="divide-y divide-line">
        {useOffered(tools).map(({ name, changes, description }) => (
          <div key={name}>
            <Switch
              label={names[name] ?? name}
              hint={names[name] ? undefined : description}
              checked={name in tools}
              onChange={(on) => change(name, on ? (changes ? 'ask' : 'always') : undefined)}
            />
            {changes && name in tools && (
              <div className="pl-4">
                <Switch
                  label={t.tools.askFirst(names[name] ?? name)}
                  checked={tools[name] === 'ask'}
                  onChange={(asks) => change(name, asks ? 'ask' : 'always')}
                />
              </div>
            )}
          </div>
        ))}
      </div>
    </fieldset>
  );
}

/** What the server offers; while it does not answer, what is switched on. */
function useOffered(tools: Locrit['tools']): OfferedTool[] {
  const client = useClient();
  const [offered, setOffered] = useState<OfferedTool[]>([]);
  useEffect(() => {
    client.tools.offered().then(setOffered, () => {}); // then those that are on can still be switched off
  }, [client]);
  const unknown = Object.keys(tools).filter((name) => !offered.some((tool) => tool.name === name));
  return [...offered, ...unknown.map((name) => ({ name, description: '', changes: tools[name] === 'ask' }))];
}
