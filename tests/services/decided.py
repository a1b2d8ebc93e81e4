"""A concept of which a first person decided something, and how a second one tries to get at it."""

from typing import Any

from src.concepts.keyphrases import key_of
from src.entities.concepts import Concept
from src.ids import concept_id
from src.stores import search
from tests.callers import ME
from tests.talk import Talk

LATER: dict[str, Any] = {"rev": 9, "created_at": 0, "updated_at": 0}


async def decided(talk: Talk, locrit_id: str, locrit_name: str, secret: str) -> str:
    id_ = concept_id(ME.user_id, locrit_id, key_of(secret))
    while await talk.app.database.write(search.index_pending):
        pass
    await talk.app.concepts.edit(ME, locrit_name, id_, {"type": secret, "description": secret})
    return id_


def tries(mine: str, theirs: str, secret: str, concept: Any) -> dict[str, list[dict[str, Any]]]:
    of_mine = {"locrit_name": mine}
    both = [{"locrit_name": name, "concept_id": concept} for name in (mine, theirs)]
    return {
        "concepts.page": [of_mine, of_mine | {"q": secret}],
        "concepts.graph": [of_mine],
        "concepts.id_of": [{"locrit_name": name, "name": secret} for name in (mine, theirs)],
        "concepts.get": both,
        "concepts.related": both,
        "concepts.edit": [each | {"changes": {"name": "theirs"}} for each in both],
        "concepts.merge": [each | {"into": concept} for each in both],
        "concepts.delete": both,
        "concepts.restore": both,
        "concepts.describe": [each | {"description": "theirs"} for each in both],
        "concept_describer.describe": both,
        "concepts.merge_decided": [
            {"theirs": lambda first: [Concept(id=concept(first), locrit_id=first.locrit_id, **LATER)]},
        ],
    }
