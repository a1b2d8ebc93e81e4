import type { HandsText } from './en.hands';

export const frHands: HandsText = {
  changedMeanwhile: 'Ce message a été modifié ailleurs pendant que vous écriviez. Il dit maintenant :',
  fieldsChanged:
    'Ces champs ont été modifiés ailleurs pendant que vous les modifiiez ici. Les vôtres sont dans le formulaire.',
  saveEdit: 'Enregistrer une modification',
  leave: 'Fermer ce qui est ouvert, quitter une modification',
  freshOutside: 'Nouvelle conversation, hors d’un champ de texte',
  deleteHint: 'À la corbeille, d’où on peut le reprendre',
  forgetHint: 'Détruit pour de bon, sans corbeille',
  what: 'Un Locrit est quelqu’un à qui parler : un nom, un caractère, et un modèle sur votre propre ordinateur. Il n’oublie rien de ce qui est dit.',
  chooseEmoji: 'Choisir un emoji',
  noEmoji: 'Aucun : sa première lettre',
  otherEmoji: 'Un autre',
  oneEmoji: 'Un seul emoji ou une seule lettre.',
  builtIn: {
    'Helps with computers, code and anything technical, step by step.':
      'Aide pour l’ordinateur, le code et tout ce qui est technique, pas à pas.',
    'Hello, I am Bob. Which technical question shall we take apart?':
      'Bonjour, je suis Bob. Quelle question technique allons-nous démonter ?',
    'Plans, writes and sorts things out with you, in few words.':
      'Planifie, écrit et met de l’ordre avec vous, en peu de mots.',
    'Hi, I am Pixie! What is on your list today?': 'Bonjour, je suis Pixie ! Qu’y a-t-il sur votre liste aujourd’hui ?',
    'Explores a subject with you and weighs what is known.': 'Explore un sujet avec vous et pèse ce que l’on en sait.',
    'Good day, I am Marie. What would you like to find out?': 'Bonjour, je suis Marie. Qu’aimeriez-vous découvrir ?',
  },
};
