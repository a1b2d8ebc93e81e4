/** What models have done by tools, in English. */
export const enTools = {
  used: 'A tool was used here',
  nameless: 'A tool without a name',
  names: {
    search_conversations: 'Search the conversations',
    read_conversation: 'Read a conversation',
    list_conversations: 'List the conversations',
    remember: 'Remember something',
    forget_memory: 'Throw a memory away',
    now: 'Look at the clock',
    calculate: 'Calculate',
    create_artifact: 'Make an artifact',
  },
  next: 'begins soon',
  waits: 'waits for you',
  notRun: 'was not run',
  running: 'is running…',
  done: 'done',
  doneIn: (seconds: number) => `done in ${seconds.toLocaleString('en', { maximumFractionDigits: 1 })} s`,
  failed: 'failed',
  unknown: 'outcome not known',
  refused: 'not allowed',
  arguments: 'With',
  result: 'Result',
  cut: (shown: number, all: number) =>
    `The first ${shown.toLocaleString('en')} of ${all.toLocaleString('en')} characters. All of it is saved.`,
  asks: (name: string) => `May this be done? ${name}`,
  once: 'Allow once',
  always: 'Always allow',
  refuse: 'Do not allow',
  title: 'Tools',
  hint: 'What its model may do by itself, as far as you may. Each one makes the prompt a little longer.',
  cannot: (model: string) => `${model} cannot call tools: it is told of none.`,
  askFirst: (name: string) => `Ask me first: ${name.toLowerCase()}`,
};

export type ToolsText = typeof enTools;
