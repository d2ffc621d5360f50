"""The naming traditions of the borough's people, as data.

Belongs here: shares, Faker sources and the commonest names. Does not belong here: drawing names.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Culture:
    """One naming tradition; `family_style` is single, compound (two surnames) or gendered."""

    code: str
    share: float
    male: tuple[str, ...]
    female: tuple[str, ...]
    family: tuple[str, ...]
    male_head: str = ""
    female_head: str = ""
    family_head: str = ""
    family_style: str = "single"


# Faker's lists are mostly alphabetical; these are in order of frequency or carry weights.
RANKED_SOURCES = frozenset(
    {
        "en_GB.first_names_male",
        "en_GB.first_names_female",
        "en_GB.last_names",
        "pl_PL.male_last_names",
        "fr_FR.last_names",
    }
)

CULTURES: tuple[Culture, ...] = (
    Culture(
        "british",
        0.58,
        ("en_GB.first_names_male", "en_IE.first_names_male"),
        ("en_GB.first_names_female", "en_IE.first_names_female"),
        ("en_GB.last_names", "en_IE.last_names"),
    ),
    Culture(
        "polish",
        0.07,
        ("pl_PL.first_names_male",),
        ("pl_PL.first_names_female",),
        ("pl_PL.male_last_names", "pl_PL.unisex_last_names"),
        male_head="Piotr Krzysztof Andrzej Tomasz Paweł Michał Marcin Łukasz",
        female_head="Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Elżbieta Zofia",
        family_head="Nowak",
        family_style="gendered",
    ),
    Culture(
        "romanian",
        0.03,
        ("ro_RO.first_names_male",),
        ("ro_RO.first_names_female",),
        ("ro_RO.last_names",),
        male_head="Andrei Alexandru Ionuț Ștefan",
        female_head="Maria Elena Ioana Andreea",
        family_head="Popescu Ionescu Popa Radu Dumitru Stan Stoica Gheorghe Rusu Munteanu Matei",
    ),
    Culture(
        "spanish",
        0.03,
        ("es_ES.first_names_male",),
        ("es_ES.first_names_female",),
        ("es_ES.last_names",),
        male_head="José Antonio Manuel Francisco Juan Javier",
        female_head="María Carmen Ana Isabel Laura Lucía",
        family_head="García Hernández Rodríguez López Martínez Hernandez Sánchez Pérez Gómez",
        family_style="compound",
    ),
    Culture(
        "portuguese",
        0.02,
        ("pt_PT.first_names_male",),
        ("pt_PT.first_names_female",),
        ("pt_PT.last_names",),
        male_head="João António Paulo Luís",
        female_head="Maria Ana Inês Mariana",
        family_head="Silva Santos Ferreira Pereira Oliveira Conceição Magalhães",
        family_style="compound",
    ),
    Culture(
        "french",
        0.015,
        ("fr_FR.first_names_male",),
        ("fr_FR.first_names_female",),
        ("fr_FR.last_names",),
        male_head="Jérôme François Éric",
        female_head="Hélène Zoé Chloé",
    ),
    Culture(
        "indian",
        0.075,
        ("en_IN.first_names_male",),
        ("en_IN.first_names_female",),
        ("en_IN.last_names",),
        male_head="Rajesh Amit Sanjay Harpreet Gurpreet Vijay",
        female_head="Priya Anita Sunita Harpreet Manjit Meena",
        family_head="Patel Singh Kaur Shah Sharma Kumar Gill Joshi Mistry Desai Das Roy",
    ),
    Culture(
        "pakistani",
        0.07,
        ("en_PK.first_names",),
        (),
        ("en_PK.last_names",),
        male_head="Mohammed Muhammad Ali Imran Hassan Usman Bilal Hamza Mohammad Abdul Ahmed",
        female_head="Fatima Aisha Ayesha Zainab Maryam Amina Khadija Sana Hina Nadia Saima Shazia "
        "Rubina Nasreen Yasmin Farzana Parveen Shabana Rukhsana Samina Noor Iqra Mehwish Anum "
        "Tahira Bushra Uzma Zara Hafsa Sumaira Naila Kiran Rabia Saba Asma Lubna Tayyaba Sidra",
        family_head="Khan Hussain Ahmed Ali Akhtar Begum Malik Iqbal Mahmood Bibi Shah Butt Raja",
    ),
    Culture(
        "chinese",
        0.03,
        ("zh_TW.first_romanized_names_male",),
        ("zh_TW.first_romanized_names_female",),
        ("zh_TW.last_romanized_names",),
        male_head="Wei Jun Ming Hao",
        female_head="Li Mei Xiu-Ying Yan",
        family_head="Wang Li Zhang Chen Liu Wong Lin Huang Chan Ng Lee Cheung Ho",
    ),
    Culture(
        "yoruba",
        0.035,
        ("yo_NG.first_names_male",),
        ("yo_NG.first_names_female",),
        ("yo_NG.last_names", "ig_NG.last_names"),
    ),
    Culture(
        "ghanaian",
        0.015,
        ("tw_GH.first_names_male",),
        ("tw_GH.first_names_female",),
        ("tw_GH.last_names",),
        family_head="Mensah Owusu Boateng Asante Osei Appiah",
    ),
    Culture(
        "arabic",
        0.035,
        ("fr_DZ.first_names_male",),
        ("fr_DZ.first_names_female",),
        ("fr_DZ.last_names",),
        male_head="Mohamed Ahmed Youssef Omar Khaled",
        female_head="Fatima Leila Amina Nour Mariam",
        family_head="El-Sayed Al-Hassan Haddad Mansour Benali",
    ),
    Culture(
        "turkish",
        0.02,
        ("tr_TR.first_names_male",),
        ("tr_TR.first_names_female",),
        ("tr_TR.last_names",),
        male_head="Mehmet Mustafa Ahmet Hüseyin",
        female_head="Ayşe Fatma Emine Zeynep",
        family_head="Yılmaz Kaya Demir Şahin Çelik Yıldız Öztürk",  # noqa: RUF001
    ),
)
