import type { ComponentType } from 'react';
import type { LocritRow } from '../../core';
import { later } from '../kit/later';
import type { ExplorerText } from '../text/en.explorer';
import { MemoriesTab } from './MemoriesTab';
import { MessagesTab } from './MessagesTab';
import { Overview } from './Overview';
import { SessionsTab } from './SessionsTab';
import { Timeline } from './Timeline';

export type TabName = keyof ExplorerText['tabs'];

interface Tab {
  name: TabName;
  Content: ComponentType<{ locrit: LocritRow }>;
}

/** What the memory explorer shows, in the order of its tabs. A new one is a line here, and its name in the texts. */
export const TABS: readonly Tab[] = [
  { name: 'overview', Content: Overview },
  { name: 'timeline', Content: Timeline },
  { name: 'messages', Content: MessagesTab },
  { name: 'sessions', Content: SessionsTab },
  { name: 'concepts', Content: later(() => import('./concepts/ConceptsTab')) },
  { name: 'notes', Content: MemoriesTab },
  { name: 'ask', Content: later(() => import('./AskTab')) },
  { name: 'recalls', Content: later(() => import('./RecallsTab')) },
];
