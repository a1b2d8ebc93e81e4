import type { Failures } from './failures';

const SAVED = 'Votre message est enregistré.';

const tokens = (said: string) => {
  const count = /(\d+) tokens/.exec(said)?.[1];
  return count ? ` (${count} tokens)` : '';
};

export const frFailures: Failures = {
  unreachable: () => [
    'Le serveur ne répond pas.',
    'Ce que vous avez écrit est gardé dans ce navigateur et partira dès qu’il répondra.',
  ],
  storage_full: () => [
    'Ce navigateur n’a plus de place pour garder ce que vous écrivez.',
    'Ce qui est déjà enregistré est en sûreté. Libérez de la place sur cet appareil, puis réessayez.',
  ],
  storage_unavailable: () => [
    'Ce navigateur ne laisse rien garder à Locrit.',
    'Autorisez les données pour cette adresse ou quittez la fenêtre privée, puis rechargez la page.',
  ],
  storage_failed: (said) => [
    `Ce navigateur n’a pas pu garder cela${/ \(\w+\)/.exec(said)?.[0] ?? ''}.`,
    'Ce que vous avez écrit est encore là. Réessayez ; si cela échoue encore, copiez-le et redémarrez le navigateur.',
  ],
  browser_error: (said) => [
    `Quelque chose a échoué dans ce navigateur (${said})`,
    'Ce que vous avez écrit y est gardé. Rechargez la page ; si cela se reproduit, signalez-le.',
  ],
  store_unavailable: () => [
    'La base de données n’a pas pu enregistrer.',
    'Rien n’est perdu : c’est gardé ici et réessayé. Vérifiez l’espace disque du serveur.',
  ],
  sync_off: () => [
    'La synchronisation est désactivée sur ce serveur.',
    'Ce que vous écrivez est gardé dans ce navigateur et partira dès que LOCRIT_SYNC sera réactivé.',
  ],
  store_replaced: () => [
    'La base de données a été déplacée, supprimée ou remplacée pendant que le serveur tourne.',
    'Rien n’est perdu ici : c’est gardé et réessayé. Remettez ses fichiers à leur place, ou arrêtez le serveur et remettez-les en ordre.',
  ],
  postponed: (said) => [
    `Une partie doit attendre (${said})`,
    'Le reste est fait. Nouvel essai automatique ; redemandez pour essayer tout de suite.',
  ],
  timed_out: () => [
    'Pas de réponse à temps.',
    'C’est peut-être fait tout de même. Réessayez : répéter n’a pas d’autre effet.',
  ],
  conflict: (said) => [
    `Cela a changé entre-temps ou existe déjà (${said})`,
    'Regardez ce qui est là, puis choisissez.',
  ],
  not_found: (said) => [`Introuvable (${said})`, 'C’est peut-être supprimé : regardez dans la corbeille.'],
  locrit_not_made: (said) => [
    `« ${/“(.*)”/s.exec(said)?.[1] ?? ''} » n’a pas été créé.`,
    'Créez un Locrit de ce nom, puis réessayez.',
  ],
  forgotten: () => ['C’est oublié, à dessein.', 'Cela ne revient pas.'],
  invalid_input: (said) => [`Refusé (${said})`, 'Corrigez, puis réessayez.'],
  too_large: () => ['C’est trop grand.', 'Un message peut avoir jusqu’à 200 000 caractères.'],
  forbidden: (said) => [`Pas permis (${said})`, 'Ouvrez ce Locrit dans ses réglages.'],
  too_many_messages: (said) => [`Trop de messages (${said})`, 'Attendez, puis réessayez.'],
  inactive: () => ['Ce Locrit est éteint.', 'Allumez-le dans ses réglages.'],
  internal_error: () => [
    'Le serveur a rencontré une erreur.',
    'Réessayez ; si cela se reproduit, regardez dans le journal du serveur.',
  ],
  pull_failed: (said) => [
    `Ce modèle n’a pas pu être installé (${said})`,
    'Regardez son nom et la place qu’il y a, puis réessayez.',
  ],
  pull_cut: (said) => [
    `Le téléchargement a été coupé (${said})`,
    'Ce qui est arrivé est gardé : réessayez, et il continue de là.',
  ],
  model_error: (said) => [
    `Le modèle n’a pas pu répondre (${said})`,
    `${SAVED} Réessayez, ou choisissez un autre modèle.`,
  ],
  model_unreachable: (said) => [
    `Ollama n’est pas joignable (${said})`,
    `${SAVED} Démarrez Ollama ou vérifiez OLLAMA_HOST, puis réessayez.`,
  ],
  model_missing: (said) => [
    `Ce modèle n’est pas installé (${said})`,
    `${SAVED} Téléchargez-le ou choisissez-en un autre, puis réessayez.`,
  ],
  model_cannot_chat: (said) => [
    `Ce modèle n’est pas fait pour converser (${said})`,
    `${SAVED} Choisissez-en un autre, puis réessayez.`,
  ],
  model_cannot_see: (said) => [
    `Ce modèle ne voit pas les images (${said})`,
    `${SAVED} Choisissez un modèle qui les voit, puis réessayez.`,
  ],
  unusable_file: (said) => [`Ce fichier ne peut pas être joint (${said})`, 'Retirez-le, ou joignez-en un autre.'],
  file_too_large: () => ['Plus de 25 Mo : il ne peut pas être joint.', 'Retirez-le, ou joignez-en un autre.'],
  file_empty: () => ['Ce fichier est vide.', 'Retirez-le, ou joignez-en un autre.'],
  too_many_files: () => ['Un message peut avoir jusqu’à 10 fichiers.', 'Envoyez le reste avec un autre message.'],
  context_exceeded: () => [
    'La conversation est trop longue pour ce modèle.',
    `${SAVED} Raccourcissez-la ou baissez la limite de messages, puis réessayez.`,
  ],
  model_timeout: (said) => [
    `Le modèle s’est tu trop longtemps (${said})`,
    'Tout ce qui est arrivé est enregistré. Réessayez ; à un modèle lent, laissez plus de temps.',
  ],
  model_cut: () => ['Le modèle s’est interrompu.', 'Ce qui est arrivé est enregistré. Réessayez.'],
  interrupted: () => [
    'La réponse a été coupée par l’arrêt du serveur.',
    'Tout ce qui précède est enregistré. Continuez, ou réessayez.',
  ],
  length: (said) => [
    `La réponse a été coupée à sa limite${tokens(said)}.`,
    'Continuez pour avoir la suite. L’option num_predict et la fenêtre du modèle fixent cette limite.',
  ],
  empty_reply: (said) => [
    `Le modèle n’a rien dit${tokens(said)}.`,
    `${SAVED} Réessayez, ou formulez votre question autrement.`,
  ],
  only_thought: (said) => [
    `Le modèle a seulement réfléchi${tokens(said)}, sans rien dire.`,
    `${SAVED} Réessayez ; s’il s’est arrêté à une limite, augmentez num_predict.`,
  ],
  only_tool_call: () => [
    'Le modèle a seulement demandé un outil, qu’il n’a pas ici.',
    `${SAVED} Réessayez, ou demandez une réponse en mots.`,
  ],
  too_many_rounds: () => [
    'Le modèle a demandé des outils à chaque fois, sans arriver à une réponse.',
    'Ce qui a été trouvé est enregistré. Continuez, ou posez la question autrement.',
  ],
  too_many_calls: (said) => [
    `Le modèle a demandé plus de ${/\d+/.exec(said)?.[0] ?? ''} outils à la fois : celui-ci et les suivants n’ont pas été exécutés.`,
    'Demandez-en moins à la fois.',
  ],
  tool_not_offered: () => [
    'Le modèle a demandé un outil sans qu’aucun ne lui soit proposé : il n’a pas été exécuté.',
    'Activez des outils dans les réglages du Locrit, si son modèle sait les appeler.',
  ],
  unknown_tool: () => ['Cet outil n’existe pas ici.', ''],
  tool_failed: () => ['L’outil a échoué pour une raison que personne n’avait prévue.', ''],
  result_too_large: () => ['L’outil a donné plus que ce qui peut être gardé.', ''],
  unknown_outcome: () => [
    'Le serveur s’est arrêté pendant l’exécution : on ne sait pas si cela a eu lieu.',
    'Regardez ce qu’il en est avant de recommencer.',
  ],
  tools_refused: () => ['Le modèle ne peut pas appeler d’outils.', `${SAVED} Réessayez.`],
  thinking_refused: () => ['Le modèle ne peut pas réfléchir avant de répondre.', `${SAVED} Réessayez.`],
};
