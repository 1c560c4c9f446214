"""What the sample shop sells."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """One article; `price` in cents, `tier` 0 basic, 1 studio, 2 atelier."""

    product_id: str
    name: str
    category: str
    noun: str
    is_plural: bool
    tier: int
    price: int
    material: str


# category: nouns (an s at the end means plural), materials, prices of the three tiers in euros
RANGE: dict[str, tuple[list[str], list[str], tuple[int, int, int]]] = {
    "Dresses": (
        ["dress", "wrap dress", "shirt dress"],
        ["linen", "viscose", "silk"],
        (29, 79, 320),
    ),
    "Knitwear": (
        ["jumper", "cardigan", "pullover"],
        ["cotton", "merino", "cashmere"],
        (24, 69, 260),
    ),
    "Shirts": (["shirt", "blouse", "tunic"], ["cotton", "linen", "silk"], (19, 55, 190)),
    "Trousers": (["trousers", "jeans", "chinos"], ["cotton", "denim", "wool"], (25, 75, 240)),
    "Coats": (["coat", "jacket", "parka"], ["cotton", "wool", "cashmere"], (59, 159, 690)),
    "Shoes": (["boots", "trainers", "loafers"], ["canvas", "leather", "suede"], (35, 99, 390)),
    "Bags": (["bag", "tote", "backpack"], ["canvas", "leather", "calfskin"], (19, 89, 540)),
    "Accessories": (["scarf", "belt", "gloves"], ["cotton", "wool", "cashmere"], (9, 29, 140)),
    "Sportswear": (["leggings", "hoodie", "shorts"], ["jersey", "fleece", "merino"], (15, 45, 110)),
    "Nightwear": (["pyjamas", "robe", "nightshirt"], ["cotton", "satin", "silk"], (14, 49, 170)),
}
LINES = ("Basic", "Studio", "Atelier")
NAMES = [
    "Alma",
    "Bruna",
    "Cleo",
    "Dora",
    "Elin",
    "Fleur",
    "Greta",
    "Hanne",
    "Ines",
    "Juno",
    "Kaja",
    "Lena",
    "Mira",
    "Noor",
    "Oda",
    "Pia",
    "Runa",
    "Sanne",
    "Tilda",
    "Vera",
]


def make_products(dice: random.Random) -> list[Product]:
    """The whole range: each noun in each tier, under a name."""
    products: list[Product] = []
    for category, (nouns, materials, prices) in RANGE.items():
        for noun in nouns:
            for tier, (line, material) in enumerate(zip(LINES, materials, strict=True)):
                price = round(prices[tier] * dice.uniform(0.8, 1.3)) * 100 - dice.choice([1, 5, 10])
                name = f"{dice.choice(NAMES)} {material} {noun} {line}"
                identity = f"P{len(products) + 1:03}"
                plural = noun.endswith("s") and not noun.endswith("ss")
                products.append(
                    Product(identity, name, category, noun, plural, tier, price, material)
                )
    return products
