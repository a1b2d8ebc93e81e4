/** What strangers see of a Locrit, in English. */
export const enPublicPage = {
  hint: 'What is left empty is as in the settings above.',
  open: 'See it as a visitor',
  notYet: 'It is there once this is saved and the Locrit is active.',
  title: 'Heading',
  description: 'Under the heading',
  welcome: 'Words that greet visitors',
  theme: 'Colours',
  themes: { auto: 'As the visitor’s device', light: 'Light', dark: 'Dark' },
  model: 'Name its model',
  limits: (perMinute: number, perDay: number) =>
    `Each visitor and guest may send ${perMinute} messages a minute, all together ${perDay} a day. Whoever runs the server sets that.`,
};

export type PublicPageText = typeof enPublicPage;
