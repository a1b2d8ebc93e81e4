"""The keyphrases of a text: names, and the runs of words between stop words (RAKE: Rose et al., "Automatic keyword
extraction from individual documents", 2010), over the stop words that recall has, too.

Not by `yake`: 5 ms for 300 characters, 32 MB of packages, and it glues names to verbs ("Minou had tuna"). Not by
`rake-nltk`, which is this and 14 MB of NLTK. Not by `spacy`, whose models have to be downloaded.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import regex
from stop_words import get_stop_words

from src.recall.terms import ENGLISH, OTHERS, language_of
from src.words import WORD, fold

MOST_CHARS: Final = 8_000
"""Of a text, its beginning."""
MOST_PHRASES: Final = 16
MOST_WORDS: Final = 3
MOST_WORD_CHARS: Final = 40
LEAST_LETTERS: Final = 3
"""Of a word that stands alone and is no name."""
ALL_NOUNS_CAPITAL: Final = frozenset({"german"})
"""Languages whose capitals tell no names."""

_CODE_OR_LINK = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|\S+@\S+\.\w+|<[^>\n]{1,200}>", re.DOTALL)
_PIECE = regex.compile(rf"(?V1)(?P<word>{WORD}+(?:['’\-]{WORD}+)*)|(?P<space>[ \t]+)|(?P<end>[.!?…:\n*#>|\"«“(\[]+)|.")
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’](?=\w\w)", re.IGNORECASE)
_CONTRACTION = re.compile(r"['’].*$")
_PLURALS = (("ies", "y"), ("oes", "o"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("eaux", "eau"))
_NO_PLURALS = frozenset({"news", "series", "species"})
_IN_IE = frozenset({
    "brownie", "calorie", "cookie", "foodie", "hoodie", "movie", "rookie", "selfie", "smoothie", "zombie",
})  # fmt: skip
_FRENCH = """
aller alors aime ans appelle apprend arrive assez aujourd aujourdhui aurait autre avant beaucoup besoin bien bonjour
bonsoir chaque chez chose choses cherche comment connais demain depuis dernier derniere deux devrais devrait dire donc
donne donner encore ensuite entre envie envoie essaie est-ce etait existe facon faire fais faites fallait faut gros
habite hier ici jamais jour jours jusque longtemps lui maintenant mais mange marche matin merci met mettre mieux moins
monde mois moment monsieur madame nom notre nouveau nouvelle nouvelles nuit oublie oui parce parfois parler parle pars
passe pense petit petite peux peut peux-tu plein plus plutot possible pourquoi pourrais pourrait pouvoir premier
premiere prend prends prendre presque prochain prochaine puis quand quelque quelques quoi rappelle rappeler regarde
reste sais salut savoir semaine semble soir sois souvent suite super surtout tant tard temps tiens toujours tous tout
toute toutes tres trois trop trouve trouver utilise utiliser vais veux veut viens vient voici voila voir vois voudrais
voulais vraiment
"""
_ENGLISH_TOO = """
afternoon ago bit day days evening fun guess hour hours idea kind lot minute minutes moment month months morning night
people sort stuff time times today tomorrow tonight week weekend weeks year years yesterday happy glad nice cool love
loved hope feel feeling felt remember remind tell told talk talked talking sounds sound start started starting meet met
min mins sec secs hr hrs km kg cm mm ml amazing awesome awful bad beautiful best better big bigger brilliant busy calm
certain clear close common crazy cute different difficult eager easy enough excellent excited exciting fantastic
fascinating favorite favourite fine full funny general gorgeous grateful great huge important impressed impressive
incredible inspired inspiring interested interesting large likely little long lovely lucky main major new old okay
perfect pleased pleasant possible powerful proud quick ready recent right rough sad safe satisfying serious short
significant similar simple small special strange strong stunning super sure surprised surprising sweet terrible
thankful tough true typical understandable usual whole wild wonderful worried worth worthwhile wrong add added adding
agree agreed allow allowed appreciate appreciated bet bring bringing brings brought call called care catch catching
change changed changing check checked checking choose chose come comes coming consider continue create created creating
deal decide decided deserve die do does enjoy enjoyed enjoying ensure expect explain explore exploring express fill
find finding finds finish finished follow forget forgot found gave getting give given gives giving goes going grew grow
growing grown handle hang happen happened happening happens hear heard hearing help helped helpful helping helps hit
hoping imagine improve improved improving include including join joined joining keep keeping keeps kept knew know
knowing known laugh lead learn learned leave leaving left live lived look looked looking looks lose lost loves loving
made make makes making matter matters mean means mention mentioned mind miss missed move moved moving notice noticed
offer offered pay paid pick picked plan planned planning push pushed pushing put putting reach reached read realise
realize realized reminded reminds reminder run said say saying says see seeing seem seems seen sees set shared sharing
show showed showing shown shows spend spending spent spoke stand stay stayed staying step stick stop stopped struggle
suggest supported supporting take taken takes taking talks teach tells thanks think thinking thinks thought took touch
tried try trying turn turned turns understand understanding used using visit visited wait waiting walk walked wanna
want wanted wants watch watched wear went wonder work worked works worry write wrote alive calming cherish connecting
creative determined focused inspire inspires magical motivate motivated motivating passionate peaceful play played
plays positive quit relax relaxing rewarding stoked win winning won btw bye chance congrats congratulations definitely
difference exactly fact finally future guy guys haha hey hmm honestly huh luckily luck mine part pic pics pretty
probably reason rest side spot thing things ton tons totally way ways woah wow yeah yep yes yup
"""
_SAYS_NOTHING_ALONE = frozenset({
    "free", "hard", "key", "learning", "life", "living", "place", "playing", "point", "real",
    "running", "sense", "share", "support", "walking", "watching", "working", "young",
})  # fmt: skip
"""As "machine learning" does."""


class Keyphrase(NamedTuple):
    """`key` is the same for all ways to write it, `times` how often the text says it."""

    key: str
    name: str
    is_name: bool
    times: int


class _Word(NamedTuple):
    text: str
    is_capital: bool
    begins: bool
    """A sentence, where a capital says nothing."""


@cache
def _stop_words(language: str) -> frozenset[str]:
    """With those of English: names of products and what people quote are in it everywhere."""
    words = {*ENGLISH, *get_stop_words("english"), *_ENGLISH_TOO.split()}
    if language in OTHERS:
        words |= {fold(word) for word in get_stop_words(language)}
    if language == "french":
        words |= {*_FRENCH.split()}
    return frozenset(words)


def keyphrases(text: str) -> list[Keyphrase]:
    """The best `MOST_PHRASES`: names first, then phrases, then single words; in the same order for the same text."""
    text = _CODE_OR_LINK.sub("\n", text[:MOST_CHARS])
    runs = list(_runs(text))
    language = language_of([word.text.lower() for run in runs for word in run])
    stop = _stop_words(language)
    tells_names = language not in ALL_NOUNS_CAPITAL
    found: dict[str, Keyphrase] = {}
    for run in runs:
        for words, is_name in _candidates(run, stop, tells_names):
            _add(found, words, is_name)
    degrees = _degrees(list(found.values()))
    ranked = sorted(found.values(), key=lambda one: (not one.is_name, -_score(one, degrees), one.key))
    return ranked[:MOST_PHRASES]


def key_of(name: str) -> str:
    """Without case, accents and the marks of plurals, whatever the language."""
    return " ".join(_singular(fold(word)) for word in name.split())


def _runs(text: str) -> Iterator[list[_Word]]:
    """Words with nothing but spaces between them."""
    run, begins = list[_Word](), True
    for piece in _PIECE.finditer(text):
        if piece["space"]:
            continue
        if piece["word"]:
            word = _CONTRACTION.sub("", _ELISION.sub("", piece["word"]))
            run.append(_Word(word, word[:1].isupper(), begins))
            begins = False
            continue
        if run:
            yield run
            run = []
        begins = bool(piece["end"])
    if run:
        yield run


def _candidates(run: list[_Word], stop: frozenset[str], tells_names: bool) -> Iterator[tuple[list[str], bool]]:
    """What stands between stop words; names apart from what stands beside them."""
    is_title = len(run) >= MOST_WORDS and all(word.is_capital for word in run)
    current, was = list[str](), ""
    for word in run:
        folded = fold(word.text)
        if not stop.isdisjoint((folded, word.text.lower(), _singular(folded))) or not _says(folded):
            now = ""
        elif word.begins and word.is_capital:
            now = "first"
        else:
            now = "name" if word.is_capital and tells_names and not is_title else "topic"
        if was == "first" and now == "name":
            was = "name"  # "Marie Curie was": the second capital says what the first one is
        if now != was and current:
            yield current, was == "name"
            current = []
        if now:
            current.append(word.text)
        was = now
    if current:
        yield current, was == "name"


def _says(folded: str) -> bool:
    return 1 < len(folded) <= MOST_WORD_CHARS and not folded[0].isdigit()


def _add(found: dict[str, Keyphrase], words: list[str], is_name: bool) -> None:
    if len(words) > MOST_WORDS:
        for word in words:
            _add(found, [word], is_name)
        return
    if len(words) == 1 and not is_name and (len(words[0]) < LEAST_LETTERS or fold(words[0]) in _SAYS_NOTHING_ALONE):
        return
    name = " ".join(words)
    key = key_of(name)
    known = found.get(key)
    if known is None:
        found[key] = Keyphrase(key, name, is_name, 1)
    else:
        best = name if is_name and not known.is_name else known.name
        found[key] = Keyphrase(key, best, known.is_name or is_name, known.times + 1)


def _degrees(phrases: list[Keyphrase]) -> dict[str, float]:
    """Of each word, with how many it stands together, for each time that it is there."""
    frequency, degree = Counter[str](), Counter[str]()
    for phrase in phrases:
        words = phrase.key.split()
        for word in words:
            frequency[word] += phrase.times
            degree[word] += phrase.times * len(words)
    return {word: degree[word] / frequency[word] for word in frequency}


def _score(phrase: Keyphrase, degrees: dict[str, float]) -> float:
    return phrase.times * sum(degrees[word] for word in phrase.key.split())


def _singular(word: str) -> str:
    if len(word) <= LEAST_LETTERS or not word.isascii() or word in _NO_PLURALS:
        return word
    for ending, instead in _PLURALS:
        if word.endswith(ending) and len(word) > len(ending) + 1 and word[:-1] not in _IN_IE:
            return word[: -len(ending)] + instead
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
