export type TabName = 'overview' | 'messages' | 'sessions' | 'notes';
