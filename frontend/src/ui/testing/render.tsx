import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import axe from 'axe-core';
import { MemoryRouter } from 'react-router';
import { AppContext } from '../app-context';
import { TooltipProvider } from '../kit/Tooltip';
import { Pages } from '../Pages';
import { createPreferences } from '../preferences';
import { type AllText, english, TextContext } from '../text/text';
import { createDemoClient } from './demo-client';
import type { DemoState } from './demo-state';

interface Options {
  state?: DemoState;
  /** Milliseconds between two words of a reply. */
  wordMs?: number;
  /** The text of each reply. */
  said?: string;
  text?: AllText;
}

/** The whole interface at this address, over the demo client. */
export function renderAt(
  path: string,
  { state, wordMs = 1, said, text = english }: Options = {},
  prepare: (client: ReturnType<typeof createDemoClient>) => void = () => {},
) {
  const client = createDemoClient(state, wordMs, said);
  prepare(client);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const view = render(
    <AppContext.Provider value={{ client, preferences: createPreferences() }}>
      <QueryClientProvider client={queries}>
        <TooltipProvider>
          <MemoryRouter initialEntries={[path]}>
            <TextContext value={text}>
              <Pages />
            </TextContext>
          </MemoryRouter>
        </TooltipProvider>
      </QueryClientProvider>
    </AppContext.Provider>,
  );
  return { client, ...view };
}

/** What axe calls serious or critical. Contrast needs a real browser, and is computed in tokens.test.ts. */
export async function violations(container: Element): Promise<string[]> {
  const { violations: found } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
}
