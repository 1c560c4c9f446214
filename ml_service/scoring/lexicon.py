"""Word categories and what the literature says they go with, trait by trait.

The word lists are ours. Directions come from published correlations between word use and Big-Five
questionnaires: Yarkoni (2010, blogs, 694 authors), Pennebaker & King (1999, essays), Mairesse et
al. (2007, essays and speech), Schwartz et al. (2013, 75,000 Facebook users). Their sizes differ
from corpus to corpus and are small everywhere (|r| seldom above .2), so a category counts as 1
where they report a link, and as 2 where they report a strong one or agree on it. The grading is our
reading of these papers; no weight was fitted to any data.
"""

from __future__ import annotations

#: Trait weights of a category, in the order openness, conscientiousness, extraversion,
#: agreeableness, neuroticism.
WEIGHTS: dict[str, tuple[int, int, int, int, int]] = {
    "i": (-2, 0, 0, 0, 1),
    "we": (-1, 0, 1, 2, 0),
    "you": (-1, 0, 2, 0, -1),
    "article": (2, 1, 0, 0, -1),
    "preposition": (2, 0, 0, 0, 0),
    "negation": (-1, -2, -1, 0, 1),
    "assent": (-1, -1, 1, 0, 0),
    "positive": (-1, 1, 1, 2, 0),
    "anxious": (0, 0, -1, 0, 2),
    "angry": (0, -2, 0, -2, 1),
    "sad": (0, -1, 0, 0, 2),
    "swearing": (0, -2, 0, -2, 1),
    "tentative": (1, -1, -1, 0, 1),
    "certain": (0, 0, 1, 0, 1),
    "should": (0, -1, -1, 0, 1),
    "cause": (0, -1, -1, 0, 1),
    "friends": (0, 0, 2, 1, 0),
    "family": (-2, 0, 1, 2, 0),
    "home": (-2, 0, 0, 2, 0),
    "leisure": (-1, 0, 1, 1, 0),
    "achievement": (0, 2, 0, 0, 0),
    "time": (-2, 1, 0, 1, 0),
    "motion": (-2, 0, 0, 1, 0),
    "culture": (2, 0, 0, 0, 0),
    "death": (1, -1, 0, -1, 0),
    "faith": (0, 0, 1, 1, 0),
    "body": (0, 0, 1, 0, 0),
    "thanks": (0, 0, 0, 1, -1),
    "exciting": (-1, 0, 2, 0, -1),
}

WORDS: dict[str, str] = {
    "i": "i me my mine myself i'm i've i'd i'll im ive",
    "we": "we us our ours ourselves we're we've we'd we'll",
    "you": "you your yours yourself yourselves you're you've you'd you'll u",
    "article": "a an the",
    "preposition": """of in to for with on at from by about into over after under between through
        during before behind above below against among around beside beyond despite
        across along toward towards upon within without near off onto per via""",
    "negation": """no not never none nothing nobody nowhere neither nor cannot can't don't doesn't
        didn't won't wouldn't shouldn't couldn't isn't aren't wasn't weren't haven't
        hasn't hadn't ain't dont cant didnt doesnt wont""",
    "assent": "yes yeah yep yup ok okay sure absolutely indeed agree agreed alright",
    "positive": """love loved loves lovely nice good great happy glad pleased pleasant wonderful
        beautiful sweet kind enjoy enjoyed enjoying delight delighted delightful perfect
        best better fun joy smile smiling warm comfortable easy adorable cute pretty""",
    "anxious": """worry worried worries worrying anxious anxiety nervous afraid fear fears scared
        scary stress stressed stressful tense panic panicked uneasy dread dreading
        overwhelmed insecure unsure upset awful terrible embarrassed""",
    "angry": """angry anger mad hate hated hates hating furious rage annoyed annoying annoys
        irritated irritating pissed outraged ridiculous stupid idiot idiots disgusting
        disgusted rude pathetic worthless useless liar liars scam cheated""",
    "sad": """sad sadly sadness cry cried crying tears depressed depressing depression lonely
        alone miserable hopeless hurt hurts grief unhappy disappointed disappointing
        disappointment miss missed missing regret sorry heartbroken""",
    "swearing": """damn damned hell crap shit shitty bullshit fuck fucking fucked ass asshole bitch
        bastard piss sucks suck sucked dick wtf""",
    "tentative": """maybe perhaps possibly probably guess guessed seem seems seemed might somewhat
        somehow almost apparently likely unlikely sort kinda kind-of hopefully
        supposedly wonder wondering fairly""",
    "certain": """always definitely absolutely certainly completely totally every everyone
        everything entirely exactly forever clearly truly must undoubtedly""",
    "should": """should would could ought wish wished need needed needs want wanted hope hoped
        expect expected rather otherwise shoulda would've should've could've""",
    "cause": """because why therefore thus hence since cause caused causes reason reasons result
        results effect depends depend""",
    "friends": """friend friends buddy buddies pal neighbor neighbour neighbors party parties
        guest guests everybody folks girlfriend boyfriend roommate team group together""",
    "family": """family families mother father mom dad mum mama papa parents brother sister
        brothers sisters son daughter sons daughters kids children child husband wife
        aunt uncle cousin cousins grandma grandpa grandmother grandfather niece nephew
        baby""",
    "home": """home house kitchen bedroom bathroom bed garden yard garage apartment couch sofa
        living- room furniture door window lawn closet oven dishes laundry""",
    "leisure": """game games play played playing movie movies music song songs tv party vacation
        holiday weekend beach hike hiking swim swimming dance dancing cook cooking bake
        baking craft crafts camping trip picnic""",
    "achievement": """work worked working works job goal goals plan plans planned success successful
        achieve achieved accomplish accomplished finish finished complete completed
        effort improve improved practice ready organized organised prepared schedule
        project win won""",
    "time": """day days week weeks month months year years hour hours minute minutes today
        tomorrow yesterday tonight morning evening night monday tuesday wednesday
        thursday friday saturday sunday soon later now when while ago until before after
        daily""",
    "motion": """go goes going gone went come comes came coming walk walked walking run running
        ran drive drove driving arrive arrived leave leaving left travel traveled
        travelled move moved moving bring brought carry carried send sent fly flew""",
    "culture": """art arts artist poem poems poet poetry novel novels literature philosophy museum
        theatre theater opera jazz dream dreams dreaming universe imagination imagine
        imaginative creative idea ideas culture history story stories writer writing
        author soul beauty metaphor symphony painting paintings""",
    "death": "death dead die died dies dying kill killed killing funeral grave corpse murder",
    "faith": """god lord jesus church pray prayed prayer prayers prayers bless blessed blessing
        blessings faith heaven holy spirit spiritual soul""",
    "body": """body hair skin face eyes hand hands legs arms stomach waist hips shoulders feet
        sleep hungry eat ate eating drink drinking sick""",
    "thanks": "thank thanks thankful grateful gratitude appreciate appreciated appreciates",
    "exciting": """excited exciting excitement amazing awesome fantastic incredible wow thrilled
        stunning gorgeous fabulous cool wild crazy omg lol haha hahaha""",
}
