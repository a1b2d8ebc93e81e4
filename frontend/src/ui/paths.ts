const part = encodeURIComponent;

/** The state of a visit to a conversation in which something shall be found. */
export const FIND = { find: true };

/** Addresses of the pages. */
export const paths = {
  home: '/',
  locrits: '/my-locrits',
  create: '/create-locrit',
  settings: '/settings',
  trash: '/trash',
  storage: '/storage',
  models: '/models',
  chat: (locrit: string, conversationId?: string, messageId?: string) =>
    `/my-locrits/${part(locrit)}/chat${conversationId ? `/${part(conversationId)}` : ''}${
      messageId ? `?message=${part(messageId)}` : ''
    }`,
  memory: (locrit: string) => `/my-locrits/${part(locrit)}/memory-explorer`,
  /** A tab of the memory, with what its list is narrowed down to. */
  explorer: (locrit: string, tab: string, filters: Record<string, string> = {}) =>
    `${paths.memory(locrit)}?${new URLSearchParams({ tab, ...filters })}`,
  /** What is noted beside the conversations. */
  memories: (locrit: string) => paths.explorer(locrit, 'notes'),
  artifacts: (locrit: string) => `/my-locrits/${part(locrit)}/artifacts`,
  locrit: (locrit: string) => `/my-locrits/${part(locrit)}/settings`,
};
