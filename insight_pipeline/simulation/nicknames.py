"""Short and pet forms of given names, and other spellings of the same name, as data.

Belongs here: the pairs. Does not belong here: how often anyone uses one (dirt_rates.py).
"""

from __future__ import annotations

NICKNAMES: dict[str, str] = {
    "Abigail": "Abbie", "Alexander": "Alex", "Alexandra": "Alex", "Amanda": "Mandy",
    "Andrew": "Andy", "Andrzej": "Andrew", "Anthony": "Tony", "Antonio": "Toni",
    "Barbara": "Babs", "Benjamin": "Ben", "Catherine": "Cath", "Charles": "Charlie",
    "Charlotte": "Lottie", "Christine": "Chris", "Christopher": "Chris", "Daniel": "Danny",
    "David": "Dave", "Deborah": "Debbie", "Dorothy": "Dot", "Edward": "Ted",
    "Eleanor": "Ellie", "Elizabeth": "Liz", "Frances": "Fran", "Francisco": "Paco",
    "Frederick": "Fred", "Gareth": "Gaz", "Geoffrey": "Geoff", "Georgina": "Georgie",
    "Gerald": "Gerry", "Gillian": "Gill", "Gregory": "Greg", "Gurpreet": "Guri",
    "Harold": "Harry", "Harpreet": "Harry", "Isabel": "Bella", "Jacqueline": "Jackie",
    "James": "Jim", "Jan": "Janek", "Janet": "Jan", "Jennifer": "Jenny",
    "Jessica": "Jess", "Joanne": "Jo", "John": "Jack", "Jonathan": "Jon",
    "Joseph": "Joe", "Joshua": "Josh", "José": "Pepe", "Judith": "Judy",
    "Julie": "Jules", "Katarzyna": "Kasia", "Katherine": "Kate", "Kathleen": "Kath",
    "Kenneth": "Ken", "Kimberley": "Kim", "Krzysztof": "Chris", "Laurence": "Larry",
    "Leonard": "Len", "Linda": "Lyn", "Łukasz": "Luke", "Małgorzata": "Gosia",
    "Margaret": "Maggie", "María": "Mari", "Matthew": "Matt", "Melanie": "Mel",
    "Michael": "Mike", "Michał": "Michael", "Michelle": "Shelley", "Mohamed": "Mo",
    "Mohammad": "Mohammed", "Mohammed": "Mohd", "Muhammad": "Mohammed", "Nicholas": "Nick",
    "Nicola": "Nicky", "Olivia": "Liv", "Pamela": "Pam", "Patricia": "Pat",
    "Patrick": "Paddy", "Paweł": "Paul", "Peter": "Pete", "Philip": "Phil",
    "Piotr": "Peter", "Rajesh": "Raj", "Rebecca": "Becky", "Richard": "Dick",
    "Robert": "Bob", "Ronald": "Ron", "Rosemary": "Rose", "Samantha": "Sam",
    "Samuel": "Sam", "Sandra": "Sandy", "Stephanie": "Steph", "Stephen": "Steve",
    "Steven": "Steve", "Stuart": "Stu", "Susan": "Sue", "Teresa": "Terri",
    "Theresa": "Terri", "Thomas": "Tom", "Timothy": "Tim", "Tomasz": "Tom",
    "Valerie": "Val", "Victoria": "Vicky", "Vijay": "VJ", "William": "Bill",
    "Zachary": "Zac",
}  # fmt: skip
