"""Short forms of given names: which first names are commonly one name.

Belongs here: the groups. Does not belong here: how much such an agreement weighs (comparisons).
A name may stand in several groups (Alex, Sam, Chris); two names agree when they share a group.
"""

from __future__ import annotations

GROUPS = """
abigail abby abbie gail
abraham abe abram
adam ad
adelaide addie heidi
agnes aggie nessie
aidan aiden
alan allan allen al
albert al bert bertie
alexander alex al alec alick sandy xander sasha alexandre aleksander
alexandra alex sandra sandy lexi lexie sasha alexa alix
alfred alf alfie fred freddie
alice alys ali allie
alison ali allie
amanda mandy
amelia millie amy emily mel
andrew andy drew andi andreas
angela angie ange
ann anne anna annie nan nancy hannah anya
anthony tony antony ant anton antonio
arthur art artie
barbara barb babs barbie
bartholomew bart
beatrice bea trixie beatrix
benjamin ben benny benji benjy
bernard bernie barney
bethany beth
bradley brad
brian bryan
bridget bridie biddy brigid
caroline carrie carol lina caz
carolyn carol lyn
catherine katherine kathryn cathy kathy kate katie kath cath kitty kat kay katharine cat kit katy
cecilia cissie celia
charles charlie chas chuck carl chad
charlotte charlie lottie lotty char
chelsea chels
christina tina chris chrissie christine
christine chris tina chrissie christina kristine
christopher chris kit topher kris
clifford cliff
constance connie
cornelius neil con
cynthia cindy
daniel dan danny
danielle dani danni
david dave davey davy dai
deborah debbie debra deb debs
dennis den denny denis
derek derrick del
diana di dianne diane
dominic dom nic
donald don donny
dorothy dot dolly dottie dora thea
douglas doug
edmund ed eddie ned ted
edward ed eddie ted ned teddy edwin
eleanor ellie nell nora elle nellie elinor ella
elizabeth liz lizzie beth betty eliza libby elsie lisa lizzy bess betsy elisabeth liza bessie
ellen nell nellie helen ellie
emily em emmy millie emma
emma em emmy
eric rick
ernest ernie
eugene gene
evelyn eve evie
ezekiel zeke
florence flo florrie flossie
frances fran frankie fanny francesca
francis frank frankie fran
frederick fred freddie freddy rick fredrick
gabriel gabe
gabrielle gabby
geoffrey geoff jeff jeffrey
george georgie
georgina georgie gina georgia
gerald gerry jerry
gerard gerry ged
gertrude gertie trudy
gillian gill jill jillian
gregory greg
gwendolyn gwen
hannah hana annie
harold harry hal
harriet hattie harry
helen nell ellen helena
henrietta hettie etta
henry harry hal hank
herbert bert herb bertie
hugh hughie huw
imogen immy
irene rene
isaac ike zac
isabel bella isabella izzy belle isabelle isobel issy
jack john jackie
jacob jake jakob
jacqueline jackie jacqui jacky
james jim jimmy jamie jimmie jem
jane janey jenny janie
janet jan
janice jan
jason jay jase
jean jeannie
jennifer jen jenny jenni jennie
jeremy jerry jez
jessica jess jessie
joan joanie
joanne jo joanna joan
john johnny jack jon johnnie ian
jonathan jon jonny jonathon nathan
joseph joe joey jos jose
josephine jo josie
joshua josh
joyce joy
judith judy jude
julia julie jules
julian jules
katelyn kate katie caitlin
kenneth ken kenny
kimberly kim kimberley
laura laurie lauren
lawrence larry laurie laurence lars
leonard len lenny leo
leslie les lesley
lewis lew louis lou louie
lillian lily lil lilly
linda lindy lyn lynda
louise lou
lucy lucille lucia lucie
lydia lyddie
madeline maddie maddy madeleine
margaret maggie meg peggy marge madge greta rita margie peg daisy margery margot
maria mary mia marie
marian mary
martha marty mattie patsy
martin marty
mary molly polly may mae mamie maria marie
matilda tilly mattie tilda
matthew matt matty mathew
maureen mo
maurice morris mo
maximilian max
maxwell max
melanie mel
melissa mel lissa
michael mike mick mickey micky mikey micheal mitch
michelle shelly shelley chelle
mildred millie
miriam mim mimi
mohammed mohammad muhammad mohamed mohamad muhammed mo md mohd
nancy nan
natalie nat
natasha tasha nat
nathan nate nat
nathaniel nathan nate nat
neil neal niall
nicholas nick nicky nic nicolas klaus
nicola nicky nikki nic
nicole nicky nikki nic
norman norm
oliver ollie olly noll
olivia liv livvy ollie
pamela pam
patricia pat trish patsy patty tricia trisha
patrick pat paddy rick
paul paulie
penelope penny
peter pete
philip phil phillip pip
philippa pippa pip phil
phyllis phyl
priscilla cilla
prudence prue
rachel rach rae rachael
ralph raph
raymond ray
rebecca becky becca beck bex
reginald reg reggie
richard rick dick rich ricky richie dickie
robert rob bob bobby robbie bert robin
roberta bobbie
rodney rod
roger rodge
roland roly
ronald ron ronnie ronny
rosemary rose rosie
ross rossy
rupert bert
russell russ
ruth ruthie
samantha sam sammy
samuel sam sammy
sandra sandy
sarah sally sara sadie
sebastian seb
sharon shaz
sheila sheelagh
sidney sid sydney
simon si
solomon sol
sophia sophie soph
stanley stan
stephanie steph stef
stephen steve steven stevie ste
stuart stu stewart
susan sue susie suzy suzanne susanna sukey
suzanne sue suzy
sylvia syl
tabitha tabby
terence terry terrance
teresa terry tess tessa theresa
theodore ted theo teddy
thomas tom tommy thom
timothy tim timmy
valerie val
vanessa ness nessa
veronica ronnie vera
victor vic
victoria vicky vicki tori vic
vincent vince vin
violet vi
virginia ginny ginger
vivian viv
walter wally walt wat
wendy wen
wilfred wilf
wilhelmina mina minnie
william bill will billy willie liam bil wm
winifred winnie freda
yvonne von
zachary zach zac zack
agnieszka aga
aleksandra ola
andrzej andrew andy
anna ania anka
barbara basia
elzbieta ela elizabeth
ewa eva eve
grzegorz grzesiek gregory greg
jakub kuba jacob jake
jan janek john
joanna asia joasia
katarzyna kasia kaska
krzysztof krzysiek chris christopher
lukasz luke
magdalena magda
malgorzata gosia malgosia margaret
marcin martin
mateusz matthew
michal michael
pawel paul
piotr peter piotrek
stanislaw staszek stan
tomasz tomek thomas tom
wojciech wojtek
zofia zosia sophie
"""


def name_groups() -> list[tuple[str, str]]:
    """(name, group) pairs; the group is the first name of its line."""
    return [
        (name, words[0])
        for words in (line.split() for line in GROUPS.strip().splitlines())
        for name in words
    ]
