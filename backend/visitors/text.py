"""What public pages say by themselves, in the reader's language: his browser's, or the one chosen on the page."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from flask import Request


@dataclass(frozen=True, slots=True)
class Text:
    """`refusals` are by code, more exactly by code and `of`; where there is none the server's own sentence stands."""

    language: str
    you: str
    conversation: str
    message: str
    write_to: str
    send: str
    needs_script: str
    is_kept: str
    here: str
    nobody: str
    not_here: str
    nobody_opens: str
    unknown: str
    not_invited: str
    image: str
    unreachable: str
    cut: str
    failed: str
    refusals: dict[str, str]

    def for_script(self) -> dict[str, Any]:
        return asdict(self)


EN: Final = Text(
    language="en",
    you="You",
    conversation="Conversation",
    message="Message",
    write_to="Write to",
    send="Send",
    needs_script="Talking needs JavaScript.",
    is_kept="What you write is kept by whoever runs this server.",
    here="Who is here",
    nobody="Nobody talks with visitors at the moment.",
    not_here="Not here",
    nobody_opens="Nobody opens",
    unknown="This Locrit does not exist, or does not talk with visitors at the moment.",
    not_invited="This invitation does not hold any more, or its Locrit does not talk with guests at the moment. "
    "Ask who gave you the link.",
    image="Image not loaded",
    unreachable="The server cannot be reached. Try again.",
    cut="The connection was lost. Reload the page to see the whole answer.",
    failed="That did not work. Try again.",
    refusals={
        "length": "The answer was cut here: it was longer than answers may be.",
    },
)
FR: Final = Text(
    language="fr",
    you="Vous",
    conversation="Conversation",
    message="Message",
    write_to="Écrire à",
    send="Envoyer",
    needs_script="Pour parler, il faut JavaScript.",
    is_kept="Ce que vous écrivez est gardé par qui gère ce serveur.",
    here="Qui est là",
    nobody="Personne ne parle avec des visiteurs en ce moment.",
    not_here="Pas ici",
    nobody_opens="Personne n’ouvre",
    unknown="Ce Locrit n’existe pas, ou ne parle pas avec des visiteurs en ce moment.",
    not_invited="Cette invitation n’est plus valable, ou son Locrit ne parle pas avec des invités en ce moment. "
    "Demandez à qui vous a donné le lien.",
    image="Image non chargée",
    unreachable="Le serveur est injoignable. Réessayez.",
    cut="La connexion est perdue. Rechargez la page pour voir toute la réponse.",
    failed="Cela n’a pas marché. Réessayez.",
    refusals={
        "too_many_messages": "Vous avez envoyé beaucoup de messages d’un coup : attendez une minute.",
        "too_many_messages:network": "Beaucoup de messages viennent de votre réseau : attendez une minute.",
        "too_many_messages:day": "C’est assez parlé avec des visiteurs pour aujourd’hui : revenez demain.",
        "forbidden": "Ce Locrit ne parle pas avec vous en ce moment.",
        "not_found": "Ce Locrit n’existe plus.",
        "model_error": "Il n’y a pas de réponse en ce moment. Réessayez plus tard.",
        "length": "La réponse est coupée ici : elle était plus longue que permis.",
    },
)
TEXTS: Final = {text.language: text for text in (EN, FR)}


def text_for(request: Request) -> Text:
    """By `lang` in the address, else by the first language of the browser that is known here."""
    wanted = [request.args.get("lang", ""), *(tag for tag, _quality in request.accept_languages)]
    return next((TEXTS[tag[:2].lower()] for tag in wanted if tag[:2].lower() in TEXTS), EN)
