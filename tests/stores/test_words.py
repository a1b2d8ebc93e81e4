"""Any word that was ever said is found, in every script and however it is written; on each database the same."""

import os
import random

import regex

from src.words import GRAM_CHARS, TOKEN, fold, tokens
from tests.store import LOCRIT, Store, on_each_database
from tests.stores.test_search import found, say

SAID = {
    "chinese": "我昨天在水果店买了苹果。",
    "japanese": "東京タワーへ行きました、ｶﾞｲﾄﾞと。",
    "korean": "초등학교에서 한국어를 배웠어요",
    "thai": "ฉันชอบดื่มน้ำส้มทุกวัน",
    "lao": "ຂ້ອຍມັກກິນເຂົ້າ", "khmer": "ខ្ញុំចូលចិត្តបាយ", "burmese": "ကျွန်တော်ထမင်းစားတယ်",
    "family": "we are 👨‍👩‍👧 here", "flags": "🇩🇪🇫🇷 and 👋🏽!", "heart": "I ❤️ it, 1️⃣",
    "snake": "call get_user_name() and foo.bar", "camel": "getUserName, HTTPServer, XMLHttpRequest",
    "signs": "C++ or C# or F#, 100% of R&D for $5", "env": "cp .env.example ~/work/src/main.rs",
    "address": "ping 192.168.0.1, mail a@b.de, see https://example.org/a/b?c=d#e",
    "turkish": "İstanbul'da ILIK ısırgan", "vietnamese": "Tôi sống ở Đà Nẵng",
    "ligature": "eﬃcient ﬁle, Ｆｕｌｌ Ｗｉｄｔｈ",
    "german": "Die STRAẞE heißt Fußweg", "nordic": "smørrebrød på Ærø", "polish": "Łódź", "greek": "Ὀδυσσεύς ΣΟΦΌΣ",
    "russian": "Ёжик в тумане", "arabic": "مُحَمَّد كتـــاب أحمد ٣٤", "persian": "می‌خواهم کتاب",
    "hebrew": "שָׁלוֹם עולם",
    "hindi": "मैं हिन्दी में लिखता हूँ", "tamil": "தமிழ் மொழி", "numbers": "3.14 and 1,000 and 12:30",
    "soft": "Wort\u00adtrennung",
    "mixed": "GPT模型v2很好", "dots": "well ... - !",
}  # fmt: skip

FINDS = {
    "chinese": ["水", "水果", "果店", "苹果", "我昨天在水果店买了苹果"],
    "japanese": ["東京", "タワー", "行き", "ガイド", "京"],
    "korean": ["학교", "한국", "한국어", "어를", "교"], "thai": ["น้ำ", "ส้ม", "ดื่ม", "ชอบดื่มน้ำ", "วัน"],
    "lao": ["ກິນ", "ເຂົ້າ"], "khmer": ["ចូល", "បាយ"], "burmese": ["ထမင်း", "စား"],
    "family": ["👨", "👧", "👨‍👩‍👧", "👩‍👧"], "flags": ["🇩🇪", "🇫🇷", "👋", "👋🏽", "🏽"],
    "heart": ["❤", "❤️", "1️⃣"],
    "snake": ["user", "get_user", "user_name", "get_user_name()", "foo.bar", "bar", "NAME"],
    "camel": ["getUser", "username", "UserName", "name", "server", "httpserver", "http", "Request", "HttpRequest"],
    "signs": ["c++", "C#", "f#", "100%", "R&D", "$5", "C++ C#"],
    "env": [".env", ".env.example", "src/main.rs", "main", "rs"],
    "address": ["192.168.0.1", "168.0", "a@b.de", "b.de", "https://example.org/a/b?c=d#e", "example.org", "example"],
    "turkish": ["istanbul", "İstanbul", "ISTANBUL", "ılık", "ilik", "ısır", "isirgan"],
    "vietnamese": ["da nang", "đà nẵng", "song", "toi"], "ligature": ["efficient", "file", "full width"],
    "german": ["strasse", "straße", "STRASSE", "fuß", "fuss"], "nordic": ["smorrebrod", "SMØR", "aero", "på", "pa"],
    "polish": ["lodz", "ŁÓDŹ"], "greek": ["οδυσσευς", "ΟΔΥΣΣΕΎΣ", "σοφος", "σοφός"],
    "russian": ["ежик", "ЁЖИК", "туман"],
    "arabic": ["محمد", "كتاب", "احمد", "34", "٣٤"], "persian": ["می‌خواهم", "میخواهم", "خواهم", "كتاب"],
    "hebrew": ["שלום", "שָׁלוֹם", "עול"], "hindi": ["हिन्दी", "लिखता", "हिन", "हूँ"], "tamil": ["தமிழ்", "மொழி"],
    "numbers": ["3.14", "1,000", "12:30", "000"], "soft": ["worttrennung"],
    "mixed": ["GPT", "模型", "v2", "模型v2", "gpt模型"],
    "dots": ["..."],
}  # fmt: skip

NOT_FOUND = ["🇪🇩", "果水", "เช", "erver", "1.3.14", '"getUse"', "foo,baz", "苹水"]


@on_each_database
async def test_a_word_is_found_however_it_is_written(store: Store) -> None:
    await say(store, SAID)
    missed = {
        (name, query) for name, queries in FINDS.items() for query in queries if name not in await found(store, query)
    }
    assert missed == set()
    assert [query for query in NOT_FOUND if await found(store, query)] == []


@on_each_database
async def test_what_is_quoted_stands_together_and_ends_where_it_ends(store: Store) -> None:
    await say(store, {"one": "the cat sat on the mat", "two": "on the cat the category sat", "three": "on, the: mat"})
    assert sorted(await found(store, '"the cat"')) == ["one", "two"]
    assert await found(store, '"the cat sat"') == ["one"]
    assert sorted(await found(store, '"on the mat"')) == ["one", "three"]
    assert await found(store, '"categor"') == []
    assert sorted(await found(store, '"on the" mat')) == ["one", "three"]
    assert await found(store, "“the cat sat”") == ["one"]


@on_each_database
async def test_whole_words_come_before_their_starts_and_new_before_old(store: Store) -> None:
    await say(store, {"start": "category", "whole": "cat", "long": "cat " + "and so on " * 200, "newer": "cat"})
    assert await found(store, "cat") == ["newer", "whole", "start", "long"]


@on_each_database
async def test_passages_mark_what_was_said_as_it_was_written(store: Store) -> None:
    await say(store, {**SAID, "far": "日本 " * 2000 + "Größe \x02 Straße" + " ende" * 500})
    for query, marked in {
        "strasse große": "\x02Straße\x03", "水果": "\x02水果\x03", "istanbul": "\x02İstanbul\x03", "👩‍👧": "👩‍👧\x03",
        "full": "\x02Ｆｕｌｌ\x03", "c++": "\x02C++\x03", "server": "HTTP\x02Server\x03", "น้ำ": "\x02น้ำ\x03",
    }.items():  # fmt: skip
        hits = await store.memory.search_memories(LOCRIT, query)
        assert marked in hits[0].snippet, (query, hits[0].snippet)
        assert len(hits[0].snippet) < 300


ALPHABETS = (
    "abcdefghij", "ABCdef_.-/@#", "éèßøłđıİ", "αβγσςΩ", "абвгёЙ", "אבגדּ", "ابتمحَّـ", "कखगािीुं्", "தமிழ்",
    "水果东京日本", "あいうがカタナー", "가나다한국어", "กขคงนำ้ี", "ກຂຄງ", "កខគឃ", "ကခဂဃ", "👋🏽❤🇩🇪👨‍", "0123٣٤.,",
    "ﬁﬂＡＢ½",
)  # fmt: skip
MESSAGES = int(os.environ.get("SEARCHED_MESSAGES", 150))


def generated(chance: random.Random) -> dict[str, str]:
    def word() -> str:
        return "".join(chance.choices(chance.choice(ALPHABETS), k=chance.randint(1, 9)))

    blanks = (" ", "  ", "\n", ", ", "。", "")
    return {
        f"m{n}": "".join(word() + chance.choice(blanks) for _ in range(chance.randint(1, 30))) or "x"
        for n in range(MESSAGES)
    }


def pieces(text: str, chance: random.Random) -> list[str]:
    """Words of a text, and parts of its runs; a mark alone is no piece that anybody would look for."""
    asked = []
    for match in regex.finditer(TOKEN.pattern, text):
        piece, n = match[0], GRAM_CHARS.get(match.lastgroup or "")
        if n is not None and len(piece) > 2:
            start = chance.randrange(len(piece) - 1)
            piece = piece[start : start + chance.randint(2, 6)]
        if not regex.match(r"[\p{M}\p{Cf}]", piece) and tokens(piece):
            asked.append(piece)
    return chance.sample(asked, min(3, len(asked)))


ANSWERS: dict[str, list[tuple[str, str]]] = {}
"""What the database that was asked first said."""


@on_each_database
async def test_any_piece_of_any_message_is_found_and_alike(store: Store) -> None:
    seed = int(os.environ.get("SEED", 8))
    print(f"SEED={seed}")
    chance = random.Random(seed)
    said = {id_: text for id_, text in generated(chance).items() if text.strip()}
    await say(store, said)
    missed = []
    for id_, text in said.items():
        for piece in pieces(text, chance):
            hits = await store.memory.search_memories(LOCRIT, piece, 200)
            if id_ not in [hit.message_id for hit in hits]:
                missed.append((id_, piece, text))
            answer = [(hit.message_id, hit.snippet) for hit in hits]
            assert ANSWERS.setdefault(piece, answer) == answer, piece
    assert missed == []


def test_folding_again_changes_nothing() -> None:
    chance = random.Random(1)
    for text in [*SAID.values(), *generated(chance).values()]:
        assert fold(fold(text)) == fold(text)


def test_plain_text_has_the_tokens_that_it_has_among_other_scripts() -> None:
    """It is read by a quicker way."""
    chance = random.Random(2)
    for _ in range(2_000):
        text = "".join(chance.choice("abcXYZ19_#. ") for _ in range(chance.randrange(12)))
        assert {*tokens(text), "漢"} == {*tokens(f"{text} 漢")}, text
