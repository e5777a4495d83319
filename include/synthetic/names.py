"""Generic names: common surnames and forenames, invented divisions and units. No real person is meant."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from include.synthetic.draws import Bools, Ints

DIVISIONS = ["North", "East", "South", "West", "Central"]
SCHEMES = ["Northfold high harm unit", "Southmere offender management"]


def _words(text: str) -> list[str]:
    return text.split()


SURNAMES = _words("""
Abbott Acheson Adeyemi Ahmed Akhtar Allerton Appleby Ashdown Atkins Bagley Bainbridge Barlow Barnett Begum
Bellamy Benson Berrow Bexley Bishop Blackmore Boateng Bolton Bradley Bramley Briggs Brockhurst Burrell Calder
Cartwright Castle Chaplin Chowdhury Clayton Cleaver Colby Cooper Cotterill Coyle Crossley Cunliffe Dalton Danso
Dawes Denham Dhillon Dixon Dobson Drayton Duffy Dunmore Eastwood Eccles Edgerton Ellwood Farrow Fenwick Fielding
Finch Flint Foley Foxton Fraser Garland Garside Gill Glover Goddard Grainger Greaves Grimshaw Gupta Haddon Hale
Halford Harker Hartnell Haslam Hewitt Hickman Holloway Hussain Huxley Ibrahim Ingham Iqbal Jagger Jeffries Kaur
Kemble Kendrick Khan Kirkby Knott Kowalski Lacey Lambert Langley Larkin Lawson Leach Lister Lomax Lowe Lyle
Maddox Malik Marlow Marsden Mason Maxted McBride McKenna Mellor Mensah Merrick Middleton Mirza Monk Moran
Mottram Munro Naylor Nazir Newbold Nolan Norcott Nowak Nuttall Oakley O'Dowd Ogden O'Hare Okafor Oldroyd Osei
Oswald Pargeter Parry Patel Peacock Pickering Platt Pollard Popescu Prentice Prior Quigley Quinton Radcliffe
Rahman Ramsden Raven Redfern Renshaw Rigby Roach Rowley Rushton Saddler Salter Sandhu Saunders Sayers Scofield
Selby Sharma Shawcross Shelton Siddall Singh Slater Smethurst Stamper Stanway Stokes Stringer Sutcliffe Swales
Tanner Tatton Thackeray Thorne Tipping Tomkins Travis Tuffnell Twigg Underhill Upton Varley Vickers Waddell
Wainwright Walton Warburton Wardle Webster Welby Westgate Whalley Whitlock Wilcox Windle Wolstenholme Woodgate
Worrall Wragg Yardley Yates Yeoman
""")

MALE = _words("""
Aaron Adam Adrian Alan Alexander Amir Andrew Anthony Ashley Barry Benjamin Bradley Brian Callum Cameron Carl
Charles Christopher Colin Connor Craig Daniel Darren David Dean Dominic Edward Gareth Gary George Graham Harry
Hassan Ian Imran Jack Jacob Jake James Jamie Jason John Jonathan Jordan Joseph Joshua Karl Keith Kevin Kieran
Kyle Lee Leon Lewis Liam Luke Marcus Mark Martin Matthew Michael Mohammed Nathan Neil Nicholas Oliver Patrick
Paul Peter Philip Reece Richard Robert Ryan Samuel Scott Sean Simon Stephen Steven Stuart Thomas Tomasz Tyler
Wayne William Zachary
""")
FEMALE = _words("""
Abigail Aisha Alice Alison Amanda Amy Andrea Angela Anna Becky Bethany Carly Catherine Charlotte Chelsea Chloe
Claire Danielle Dawn Donna Elizabeth Ellie Emily Emma Fatima Gemma Georgia Hannah Hayley Helen Holly Jade Jane
Jennifer Jessica Joanne Julie Karen Kate Kayleigh Kelly Kerry Kimberley Kirsty Laura Leanne Lisa Louise Lucy
Mandy Maria Megan Melissa Michelle Molly Natalie Nicola Paige Rachel Rebecca Samantha Sarah Shannon Sharon
Sophie Stacey Stephanie Susan Tina Tracey Victoria Yasmin Zoe
""")
FORENAMES = MALE + FEMALE

_PAIRS = _words("""
Alexander:Alex Andrew:Andy Anthony:Tony Benjamin:Ben Bradley:Brad Charles:Charlie Christopher:Chris Daniel:Danny
David:Dave Edward:Eddie Jacob:Jake James:Jim Jonathan:Jon Joseph:Joe Joshua:Josh Matthew:Matt Michael:Mick
Mohammed:Mo Nathan:Nate Nicholas:Nick Oliver:Ollie Patrick:Paddy Peter:Pete Philip:Phil Richard:Rick Robert:Bob
Samuel:Sam Stephen:Steve Steven:Ste Thomas:Tom William:Billy Zachary:Zac Abigail:Abbie Amanda:Mandy Bethany:Beth
Catherine:Cath Charlotte:Lottie Danielle:Dani Elizabeth:Liz Jennifer:Jen Jessica:Jess Joanne:Jo Kimberley:Kim
Melissa:Mel Michelle:Shell Natalie:Nat Nicola:Nicky Rebecca:Becky Samantha:Sam Stephanie:Steph Susan:Sue
Victoria:Vicky
""")
NICKNAMES = dict(pair.split(":") for pair in _PAIRS)


_SHORT = [NICKNAMES.get(name, name) for name in FORENAMES]


def _slip(name: str) -> str:
    """A clerk's slip: two neighbouring letters of a name change places."""
    middle = max(1, len(name) // 2 - 1)
    return (
        name[:middle] + name[middle + 1] + name[middle] + name[middle + 2 :] if len(name) > 3 else name + "e"
    )


_SLIPPED_SURNAMES = [_slip(name) for name in SURNAMES]
_SLIPPED_FORENAMES = [_slip(name) for name in FORENAMES]


def surnames(codes: Ints, slipped: Bools) -> pa.Array:
    """Return surnames, with a spelling slip where asked for."""
    return pc.if_else(
        pa.array(slipped),
        pa.array(_SLIPPED_SURNAMES).take(pa.array(codes)),
        pa.array(SURNAMES).take(pa.array(codes)),
    )


def forenames(codes: Ints, variant: Ints) -> pa.Array:
    """Return forenames: as given (variant 0), as a nickname (1) or with a spelling slip (2)."""
    position = pa.array(codes + variant * len(FORENAMES))
    return pa.array(FORENAMES + _SHORT + _SLIPPED_FORENAMES).take(position)


def draw_forenames(rng: np.random.Generator, female: Bools) -> Ints:
    """Draw forename codes by sex."""
    drawn = rng.random(len(female))
    male_codes = np.floor(drawn * len(MALE)).astype(np.int64)
    female_codes = len(MALE) + np.floor(drawn * len(FEMALE)).astype(np.int64)
    return np.asarray(np.where(female, female_codes, male_codes), dtype=np.int64)
