"""Variations that must not matter, and sentences of our own that teach what must.

The service swaps known names, places and gender terms for plain words; those it doesn't know are
taught here to carry no feeling, as are typing errors. Written sentences cover what the corpora
lack: plain statements about things and places, complaints and praise about goods of many kinds,
and what "not" does to a feeling.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from scoring import terms
from scoring.preparation import prepare_text

from training.corpora import NEGATIVE, NEUTRAL, POSITIVE, Example

_PLACE_TAILS = ("in {}", "from {}", "made in {}", "here in {}", "when I was in {}", "filmed in {}")
_SYLLABLES = (
    "ba do ka li mo na ri sa ten vor wick zan ham ster ford tala gru pel shi oko ou ga dja lo tsch "
    "ei xu qui hle thi bro wyn nu ya ze ak is ur gan mir el bel dan tov ing ash ola ny bi chi rro"
).split()


def vary(example: Example, random: random.Random) -> str:
    """The text of ``example`` as one of many people might have written it, prepared for a model."""
    text = example.text
    if example.title:
        text = _part_of_review(example, random)
    text = prepare_text(text)
    if terms.NAME in text and random.random() < 0.4:
        text = text.replace(terms.NAME, _name(random))
    draw = random.random()
    if draw < 0.08:
        tail = random.choice(_PLACE_TAILS).format(_place(random))
        text = f"{text.rstrip('.')} {tail}"
    elif draw < 0.12:
        text = f"{_name(random)} {text}" if random.random() < 0.5 else f"{text} {_name(random)}"
    if random.random() < 0.12:
        text = misspell(text, random)
    return text


def copy_carelessly(text: str, random: random.Random) -> str:
    """A prepared ``text`` with slips of the finger, or with a name or place that says nothing."""
    if random.random() < 0.6:
        return misspell(misspell(text, random) if random.random() < 0.3 else text, random)
    if terms.NAME in text:
        return text.replace(terms.NAME, _unlisted(random))
    if terms.PLACE in text:
        return text.replace(terms.PLACE, _unlisted(random))
    if random.random() < 0.7:
        tail = random.choice(_PLACE_TAILS).format(_unlisted(random))
        return f"{text.rstrip('.')} {tail}"
    name = _unlisted(random)
    return f"{name} {text}" if random.random() < 0.5 else f"{text} {name}"


def _part_of_review(example: Example, random: random.Random) -> str:
    """The title, or the title and a stretch of the review: people write both short and long."""
    if example.title and random.random() < 0.3:
        return example.title
    words = example.text.split()
    length = random.choice((12, 25, 45, 45))
    start = random.randint(0, max(0, len(words) - length)) if random.random() < 0.5 else 0
    stretch = " ".join(words[start : start + length])
    return f"{example.title}. {stretch}" if random.random() < 0.5 else stretch


def misspell(text: str, random: random.Random) -> str:
    """``text`` with one slip of the finger in one longer word."""
    words = text.split()
    long = [index for index, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return text
    index = random.choice(long)
    word = words[index]
    at = random.randint(1, len(word) - 2)
    words[index] = random.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        )
    )
    return " ".join(words)


def _name(random: random.Random) -> str:
    return random.choice(terms.NAMES) if random.random() < 0.5 else _unlisted(random)


def _unlisted(random: random.Random) -> str:
    """A name that is on no list: of a person, a place or a brand."""
    return "".join(random.choice(_SYLLABLES) for _ in range(random.randint(2, 4)))


def _place(random: random.Random) -> str:
    draw = random.random()
    if draw < 0.4:
        return terms.PLACE
    return random.choice(terms.PLACES) if draw < 0.8 else _name(random)


_GOODS = (
    "book novel cookbook story author film movie dvd series soundtrack phone charger cable "
    "headset battery camera laptop keyboard speaker printer mouse tv blender toaster kettle "
    "pan knife mixer vacuum coffee tea chocolate dress shirt jacket shoes bag watch ring "
    "candle lamp sofa pillow mattress towel toy game puzzle bike tent backpack cream shampoo "
    "perfume lipstick app service delivery order package hotel restaurant meal pizza product "
    "item gift "
).split()

# Templates with what a reader would call them: labels of GoEmotions (none: unknown) and sentiment.
WRITTEN: tuple[tuple[str, tuple[str, ...] | None, int], ...] = (
    *(
        (text, ("neutral",), NEUTRAL)
        for text in (
            "the {} is made in {place}",
            "i bought the {} in {place}",
            "i ordered a {} last week",
            "it is a {} from {place}",
            "the {} comes with a second {}",
            "i live in {place}",
            "someone from {place} bought a {}",
            "the {} was delivered on tuesday",
            "this {} is for my office",
            "the {} was filmed in {place}",
            "we use the {} every day",
            "it is a medium size {}",
            "the box holds two {}s and a cable",
            "the {} has three pockets and a zip",
            "it includes a {} , a charger and instructions",
            "the {} is sold in packs of four",
            "the {} is blue with white stripes",
            "there is a {} and a spare part in the parcel",
        )
    ),
    *(
        (text, None, NEUTRAL)
        for text in (
            "the {} is okay",
            "the {} is average , nothing special",
            "it is an ordinary {} , neither good nor bad",
            "the {} does what it says , no more",
            "some parts of the {} are good , others are not",
            "decent {} but i expected a bit more",
        )
    ),
    *(
        (text, None, NEGATIVE)
        for text in (
            "the {} stopped working after two weeks",
            "the {} broke on the first day",
            "the {} arrived damaged and nobody answered",
            "do not buy this {}",
            "don't waste your money on this {}",
            "save your money , the {} is junk",
            "i returned the {} and want a refund",
            "the {} is cheaply made and falls apart",
            "i could not finish this {} , so boring",
            "poor quality {} , not worth the price",
            "the {} is too small and feels like plastic",
            "worst {} i have ever bought",
            "i wish i had not bought this {}",
            "the {} does not work at all",
            "i would not recommend this {} to anyone",
            "the {} leaks and smells bad",
            "the {} never arrived",
            "very slow {} , it takes forever",
            "nothing about this {} works as described",
            "the {} was defective , and so was the replacement",
            "predictable and dull {} , skip it",
        )
    ),
    *(
        (text, None, POSITIVE)
        for text in (
            "the {} works perfectly",
            "the {} works as described , no problems at all",
            "this {} is worth every penny",
            "i would buy this {} again",
            "best {} i have ever had",
            "i could not put this {} down",
            "the {} is well made and sturdy",
            "highly recommend this {} to everyone",
            "the {} arrived early and fits perfectly",
            "can not go wrong with this {}",
            "you won't be disappointed with this {}",
            "i have had this {} for years and it still works great",
            "no complaints about the {}",
            "never had a problem with this {}",
            "five stars for this {}",
            "easy to use {} , sound quality is excellent",
            "a must have {} for every kitchen",
            "this {} exceeded my expectations",
            "my kids love the {}",
            "a moving and beautifully written {}",
        )
    ),
    ("i am not happy with the {}", ("disappointment", "disapproval"), NEGATIVE),
    ("i'm not happy about this {}", ("disappointment", "disapproval"), NEGATIVE),
    ("we were not happy with our {}", ("disappointment",), NEGATIVE),
    ("i am not satisfied with the {}", ("disappointment", "disapproval"), NEGATIVE),
    ("i was never happy with that {}", ("disappointment",), NEGATIVE),
    ("i do not like the {}", ("disapproval",), NEGATIVE),
    ("i don't love this {}", ("disapproval",), NEGATIVE),
    ("not a good {}", ("disapproval",), NEGATIVE),
    ("the {} is not great", ("disapproval", "disappointment"), NEGATIVE),
    ("this {} isn't good", ("disapproval",), NEGATIVE),
    ("not excited about the {}", ("disappointment",), NEGATIVE),
    ("nobody would be proud of this {}", ("disapproval",), NEGATIVE),
    ("the {} wasn't fun at all", ("disappointment",), NEGATIVE),
    ("not bad , this {}", ("approval",), POSITIVE),
    ("the {} is not bad at all", ("approval",), POSITIVE),
    ("i am not disappointed with the {}", ("approval",), POSITIVE),
    ("i'm not angry about the {} , all is fine", ("approval",), POSITIVE),
    ("i am happy with the {}", ("joy",), POSITIVE),
    ("so happy with my {}", ("joy",), POSITIVE),
    ("i love this {}", ("love",), POSITIVE),
    ("i love my new {} so much", ("love",), POSITIVE),
    ("this is a good {}", ("approval", "admiration"), POSITIVE),
    ("the {} is great", ("admiration",), POSITIVE),
    ("what a beautiful {}", ("admiration",), POSITIVE),
    ("thank you for the {}", ("gratitude",), POSITIVE),
    ("thanks so much for sending the {} quickly", ("gratitude",), POSITIVE),
    ("i am so excited about my {}", ("excitement",), POSITIVE),
    ("can't wait for my {}", ("excitement",), POSITIVE),
    ("the {} is fun", ("joy",), POSITIVE),
    ("i am disappointed with the {}", ("disappointment",), NEGATIVE),
    ("what a let down this {} is", ("disappointment",), NEGATIVE),
    ("i am angry about the {}", ("anger",), NEGATIVE),
    ("the {} makes me furious", ("anger",), NEGATIVE),
    ("so annoying , the {} again", ("annoyance",), NEGATIVE),
    ("the {} is disgusting", ("disgust",), NEGATIVE),
    ("i am nervous about paying for the {}", ("nervousness",), NEGATIVE),
    ("i am worried the {} won't arrive", ("nervousness", "fear"), NEGATIVE),
    ("i am afraid the {} is a scam", ("fear",), NEGATIVE),
    ("i don't understand how the {} works", ("confusion",), -1),
    ("which size of the {} should i take ?", ("curiosity",), -1),
    ("i wonder how the {} is made", ("curiosity",), -1),
    ("i want that {}", ("desire",), -1),
    ("i am proud of my {}", ("pride",), POSITIVE),
    ("what a relief that the {} came", ("relief",), POSITIVE),
    ("i regret buying the {}", ("remorse", "disappointment"), NEGATIVE),
    ("wow , i didn't expect such a {}", ("surprise",), -1),
)


def write_sentences(count: int, labels: Sequence[str], random: random.Random) -> list[Example]:
    """``count`` sentences of our own, drawn from the templates."""
    examples = []
    for _ in range(count):
        text, emotions, sentiment = random.choice(WRITTEN)
        while "{}" in text:
            text = text.replace("{}", random.choice(_GOODS), 1)
        text = text.replace("{place}", _place(random))
        marks = None if emotions is None else tuple(labels.index(label) for label in emotions)
        examples.append(Example(text, marks, sentiment))
    return examples
