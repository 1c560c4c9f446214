"""Words that must not move a score: names, places, peoples, faiths and gender.

Each is swapped for one plain word before a model sees it, in training and in service alike, so
that "made in France" and "made in Afghanistan" are the same text to the model. The lists are ours:
common given names of many countries (none that is also an everyday English word), the countries of
the world with their peoples, large cities, and the paired gender terms of English.
"""

from __future__ import annotations

NAME, PLACE, PEOPLE, FAITH = "someone", "somewhere", "local", "faith"

_NAMES = """
aaliyah aaron abdul abdullah abigail adam adriana agnieszka ahmad ahmed aisha akira alan albert
alejandra alejandro aleksander alessandro alex alexander alexandra alexei alfred ali alice alicia
alina allison amanda amara amelia amina amir amit amy ana anastasia andre andrea andreas andrei
andrew andrzej angela anika anita anna anne annie anthony antonio anya aoife arjun arthur ashley
asif astrid audrey ayesha bart beatriz benjamin bernard beth betty bilal bjorn brandon brenda
brian bruno caitlin camila carla carlos carmen carol caroline catherine cecilia chang charles
charlotte chiara chloe chris christian christina christine christopher chukwuemeka ciara cindy
claire clara claudia connor craig cynthia daisuke dale daniel daniela danielle darius david
deborah deepak denise dennis derek diana diego dmitri dmitry dominic donald donna dorothy douglas
dylan ebony edith edward ekaterina elena eleanor eli elias elijah elizabeth ella ellen emeka emil
emily emma enrique eric erik erin ernesto esther ethan eva evelyn fatima fatimah felipe fernanda
fernando fiona florian francesca francesco francisco francois franz fred freya gabriel gabriela
gareth gary geoffrey george gerald giovanni giulia giuseppe gloria gonzalo gopal graham greta
guillermo hamza hannah hans harold harry hassan hasan heather heidi helen helga henry hiroshi hugo
hussein ian ibrahim ines ingrid irene isaac isabel isabella ivan jacob jacqueline jake jamal james
jamie jan jane janet jason javier jeffrey jennifer jeremy jerome jessica jill jim joan joanna joao
joe johan johanna john jonas jonathan jorge jose joseph joshua juan juanita judith judy julia
julian julie julio jun karen karim karl katarina kate katherine kathleen katie kavya keiko keisha
keith kelly kemal kenji kenneth kevin khadija khalid kim kofi kristen kumar kwame kyle lakisha
lars latoya laura lauren leah lena leonardo leroy leticia liam linda lisa louis louise luca lucas
lucia luis luisa lukas luke magdalena mahmoud malik manuel marcel marco marcos margaret maria
mariana marie mariam mario marta martha martin mary maryam mateo matthew mateusz maurice mehmet
mei melissa mia michael michelle miguel mikhail miriam mohamed mohammad mohammed monica monika
muhammad mustafa nadia nancy naoko natalia natalie natasha nathan neha ngozi nguyen nicholas
nicole nigel nikolai nikita noah nora oksana oleg olga oliver olivia olu omar oscar pablo padraig
pamela patricia patrick paul paula pavel pedro peter philip philippe pierre piotr priya rachel
rahul raj rajesh ralph ramesh ramon raquel rashid ravi rebecca ricardo richard rita robert roberto
rodrigo roger ronald rosa roy rupert ruth ryan sakura salma samantha samir samuel sandeep sandra
sanjay santiago sara sarah scott sean sebastian sergei sergio shanice shannon sharon shreya simon
sofia sophia sophie stacy stanislav stefan stephanie stephen steven stuart sunita susan svetlana
sven sylvia takeshi tamika tanya tariq tatiana teresa theresa thomas tiffany timothy todd tomasz
tremayne trevor tyrone ursula valentina valeria vanessa veronica victoria vijay vikram vincent
vladimir walter wei wendy wilhelm william xavier xiao yasmin yolanda yosef youssef yuki yuri yusuf
zachary zainab zeynep
"""

_PLACES = """
afghanistan albania algeria america andorra angola argentina armenia australia austria azerbaijan
bahamas bahrain bangladesh barbados belarus belgium belize benin bhutan bolivia bosnia botswana
brazil britain brunei bulgaria burkina burundi cambodia cameroon canada chad chile china colombia
comoros congo croatia cuba cyprus czechia denmark djibouti dominica ecuador egypt england eritrea
estonia eswatini ethiopia fiji finland france gabon gambia georgia germany ghana greece greenland
grenada guatemala guinea guyana haiti honduras hungary iceland india indonesia iran iraq ireland
israel italy jamaica japan jordan kazakhstan kenya kiribati korea kosovo kuwait kyrgyzstan laos
latvia lebanon lesotho liberia libya liechtenstein lithuania luxembourg madagascar malawi malaysia
maldives mali malta mauritania mauritius mexico micronesia moldova monaco mongolia montenegro
morocco mozambique myanmar namibia nauru nepal netherlands holland nicaragua niger nigeria norway
oman pakistan palau palestine panama paraguay peru philippines poland portugal qatar romania
russia rwanda samoa scotland senegal serbia seychelles singapore slovakia slovenia somalia spain
sudan suriname sweden switzerland syria taiwan tajikistan tanzania thailand togo tonga tunisia
turkey turkiye turkmenistan tuvalu uganda ukraine uruguay usa uzbekistan vanuatu venezuela vietnam
wales yemen zambia zimbabwe africa asia europe amsterdam athens atlanta baghdad bangalore bangkok
barcelona beijing belfast berlin birmingham bogota boston brussels bucharest budapest cairo
calcutta caracas chennai chicago copenhagen dakar dallas damascus delhi denver detroit dhaka dubai
dublin edinburgh frankfurt geneva glasgow hamburg hanoi havana helsinki houston istanbul jakarta
jerusalem johannesburg kabul karachi kiev kyiv kinshasa kolkata lagos lahore leeds lima lisbon
liverpool london madrid manchester manila melbourne miami milan minsk montreal moscow mumbai
munich nairobi naples oslo ottawa paris philadelphia prague riyadh rome santiago seattle seoul
shanghai stockholm sydney taipei tehran tokyo toronto vancouver venice vienna warsaw zurich
alabama alaska arizona arkansas california colorado connecticut delaware florida hawaii idaho
illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota
mississippi missouri montana nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas
utah vermont virginia wisconsin wyoming
"""

_LONG_PLACES = (
    "united states of america",
    "united states",
    "united kingdom",
    "united arab emirates",
    "great britain",
    "northern ireland",
    "south korea",
    "north korea",
    "south africa",
    "central african republic",
    "saudi arabia",
    "new zealand",
    "sri lanka",
    "costa rica",
    "el salvador",
    "puerto rico",
    "dominican republic",
    "czech republic",
    "ivory coast",
    "cote d'ivoire",
    "sierra leone",
    "burkina faso",
    "cape verde",
    "north macedonia",
    "papua new guinea",
    "equatorial guinea",
    "south sudan",
    "san marino",
    "hong kong",
    "new york",
    "los angeles",
    "san francisco",
    "new delhi",
    "rio de janeiro",
    "sao paulo",
    "mexico city",
    "buenos aires",
    "cape town",
    "tel aviv",
    "addis ababa",
    "kuala lumpur",
    "new jersey",
    "new mexico",
    "new hampshire",
    "north carolina",
    "south carolina",
    "west virginia",
)

_PEOPLES = """
afghan african albanian algerian american angolan arab argentine argentinian armenian asian
australian austrian azerbaijani bangladeshi belarusian belgian bolivian bosnian brazilian british
bulgarian burmese cambodian cameroonian canadian chilean chinese colombian congolese croatian
cuban cypriot czech danish dutch ecuadorian egyptian english eritrean estonian ethiopian european
filipino finnish french gambian georgian german ghanaian greek guatemalan haitian hispanic
honduran hungarian icelandic indian indonesian iranian iraqi irish israeli italian ivorian
jamaican japanese jordanian kazakh kenyan korean kurdish kuwaiti laotian latina latino latvian
lebanese liberian libyan lithuanian malaysian malian maltese mexican moldovan mongolian moroccan
mozambican namibian nepalese nepali nicaraguan nigerian norwegian pakistani palestinian panamanian
paraguayan persian peruvian polish portuguese qatari romanian russian rwandan saudi scottish
senegalese serbian singaporean slovak slovenian somali spanish sudanese swedish swiss syrian
taiwanese tanzanian thai tibetan tunisian turkish ugandan ukrainian uruguayan uzbek venezuelan
vietnamese welsh yemeni zambian zimbabwean
"""

_FAITHS = """
buddhism buddhist catholic catholicism christianity hindu hinduism islam islamic jew jewish
judaism mormon muslim muslims protestant sikh sikhism
"""

#: Both sides of a pair become one word; "miss" stays, since to miss somebody is a feeling.
_GENDER = {
    "they": "he she",
    "they're": "he's she's",
    "their": "him her his hers",
    "themselves": "himself herself",
    "person": "man woman guy gal gentleman lady male female dude bloke lass lad",
    "people": "men women guys gals gentlemen ladies males females dudes",
    "kid": "boy girl",
    "kids": "boys girls",
    "spouse": "husband wife groom bride hubby",
    "partner": "boyfriend girlfriend",
    "parent": "father mother dad mom mum daddy mommy mummy",
    "parents": "fathers mothers dads moms mums",
    "grandparent": "grandfather grandmother grandpa grandma",
    "child": "son daughter",
    "children": "sons daughters",
    "sibling": "brother sister",
    "siblings": "brothers sisters",
    "relative": "uncle aunt nephew niece",
    "": "mr mrs ms",
    "actor": "actress",
    "server": "waiter waitress",
    "salesperson": "salesman saleswoman",
    "businessperson": "businessman businesswoman",
}


def _swaps() -> dict[str, str]:
    swaps = dict.fromkeys(_NAMES.split(), NAME)
    swaps |= dict.fromkeys(_PLACES.split(), PLACE)
    swaps |= dict.fromkeys(_PEOPLES.split(), PEOPLE)
    swaps |= dict.fromkeys(_FAITHS.split(), FAITH)
    for plain, terms in _GENDER.items():
        swaps |= dict.fromkeys(terms.split(), plain)
    return swaps


SWAPS: dict[str, str] = _swaps()
LONG_PLACES: tuple[str, ...] = _LONG_PLACES
NAMES: tuple[str, ...] = tuple(_NAMES.split())
PLACES: tuple[str, ...] = (*_PLACES.split(), *_LONG_PLACES)
FAITHS: tuple[str, ...] = tuple(_FAITHS.split())
