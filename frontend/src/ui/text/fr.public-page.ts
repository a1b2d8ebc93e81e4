import type { PublicPageText } from './en.public-page';

/** What strangers see of a Locrit, in French. */
export const frPublicPage: PublicPageText = {
  hint: 'Ce qui reste vide est comme dans les réglages ci-dessus.',
  open: 'La voir comme un visiteur',
  notYet: 'Elle existe une fois ceci enregistré et le Locrit actif.',
  title: 'Titre',
  description: 'Sous le titre',
  welcome: 'Mots qui accueillent les visiteurs',
  theme: 'Couleurs',
  themes: { auto: 'Comme l’appareil du visiteur', light: 'Clair', dark: 'Sombre' },
  model: 'Nommer son modèle',
  limits: (perMinute, perDay) =>
    `Chaque visiteur et invité peut envoyer ${perMinute} messages par minute, tous ensemble ${perDay} par jour. Qui gère le serveur en décide.`,
};
