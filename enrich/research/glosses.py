"""What common facts are, in a dictionary's words: the bridge from an unknown wording to a known one.

Each line is a concept of the thesaurus, or a new one, and its definitions. They are
read by the embedding alone: a question that names no known concept is brought to
the one whose definition lies nearest. General English, as a dictionary has it: no
entity, no value and no label of a particular source.

Concepts that few documents hold are worth their line too: a question that is
nearest to one of these is not answered with something that merely sounds alike.
"""

from __future__ import annotations

from typing import Final

_LINES: Final = """
population | how many people live in a place | number of residents of a country or city | total of all its people | inhabitants of a place, counted | persons who live in a city or country
area | how large a territory is | extent of a surface in square kilometres | size of the land | total area of a country | how big a country is | size in square kilometres
capital | city where a country's government is | city from which a state is governed | main city of a state | chief administrative city of a nation
city | town or city that something is in
country | state or nation that a place lies in | sovereign state that something belongs to | country that a city is in | country where something is
currency | money used in a country | what people pay with | national money | monetary unit of a state
currency code | three-letter code of the money | ISO 4217 code of a currency | abbreviation of a currency | code of the national currency
language | what people speak | tongue spoken by the people | languages that are spoken in a country | mother tongues
government type | how a country is governed | republic or monarchy | political system of a state | form of the state | kind of political regime | how power is organised in a state
tld | suffix of a country's web addresses | ending of internet domain names | letters behind the last dot of a web address | internet domain of a country | country-code top-level domain | web suffix assigned to a country
country code | two-letter or three-letter code of a country
calling code | international telephone prefix | number dialled before a foreign telephone number
head of state | president or monarch of a country | who represents the state | the king, queen or president | highest office of a state | monarch or president
head of government | prime minister of a country | who leads the government | leader of the government | chancellor or prime minister | who heads the cabinet
ceo | who runs the company | top manager of a firm | boss of a business | chief executive of a company | head of a firm
cfo | who is in charge of a company's finances
chairman | who presides over the board
board member | director on the board of a company
founder | who started the company | person who established an organisation | people who founded a company | creator of an organisation
found | when a company or organisation was started | year in which something came into being | since when it exists | founding year of an organisation | year of establishment | when a business began | date of incorporation
employee | how many people work for a company | size of the workforce | people employed by a firm | number of staff
headquarter | where a company has its main office | city that a company is run from | place where a firm is based | city of a company's head office | registered seat of a business
revenue | how much a company sells in a year | yearly sales in money | annual turnover of a business | money that a firm takes in
profit | what a company earns after costs | net income of a company | money left after expenses
market value | what a company's shares are worth together | market capitalisation
ticker | letters under which a share is traded | stock symbol
stock exchange | market where shares are traded
auditor | firm that audits the accounts
vat number | tax registration number of a business
legal form | kind of legal entity of a company
phone | number to call | telephone of an office
email | electronic mail address to write to
website | address of the site on the internet | web page of an organisation
address | street and number where a building stands
postal code | zip code of a place | postcode
price | what something costs | how much one pays for it
industry | what business a company is in | branch of the economy | industrial sectors | branch in which a firm works | economic activity
product | what a company makes or sells
customer | who buys from a company
competitor | other companies in the same market
investor | who put money into a company
owner | who owns it | the parent company | who holds the shares | corporate parent
subsidiary | company owned by another
birth date | day on which somebody was born | when a person was born | birthday of a person | day, month and year of birth
birth place | town in which somebody was born | where a person was born | native town
death date | day on which somebody died | when a person died
spouse | whom somebody is married to | husband or wife of a person
child | sons and daughters of a person
occupation | what a person does for a living | job or profession of a person
education | school or university that a person went to | schools attended | degree and alma mater
award | prize that somebody won
nationality | word for the people of a country | what an inhabitant of a country is called | citizens of a place, as a noun or adjective | name for the inhabitants of a country | noun for a native of a place | adjective for things and people from a country | citizenship of a person | what the people of a country are called | term for an inhabitant
author | who wrote it | writer of a book
publisher | who published it
director | who directed the film
cast | actors of a film
composer | who wrote the music
licence | terms under which a work may be used
genre | kind of film, book or music
release date | when it came out | day of publication or release | when a film or product appeared
duration | how long it takes or lasts | running time | length in minutes
version | number of the newest release
life expectancy | how long people live on average | expected age at death | average lifespan in years | how many years a newborn will live
median age | age that half of the people are younger than | middle age of the population | age that halves the population
age structure | shares of age groups among the people | age distribution of the population | share of the young and the old
birth rate | how many children are born for each thousand people | births for each thousand inhabitants in a year | natality
death rate | how many people die for each thousand | deaths for each thousand inhabitants in a year | mortality of the whole population
fertility rate | how many children a woman has | average number of children per woman | births for each woman
infant mortality | how many babies die | deaths of infants under one year for each thousand births | babies that die before their first birthday
literacy | share of people who can read and write | percentage of adults who are literate | ability to read and write
religion | what people believe in | faiths and churches | religious affiliation | religions practised by the people | faith communities
ethnic group | peoples and races that live there | ethnic composition of the population | peoples of a country
unemployment | share of people without work | jobless share of the labour force | percentage of workers who look for a job
inflation | how fast prices rise | increase of consumer prices in a year | rise of the price level
gdp | value of all that an economy produces | size of the economy | gross domestic product of a country | annual output of an economy
gdp per capita | economic output for each person | gross domestic product divided by the population | output for each inhabitant
gdp growth | how fast the economy grows | annual growth of the economy in percent
debt | how much a state or firm owes | public debt of a government | national debt in percent of the economy
budget | income and spending of a state or city | public revenues and expenditures
export | goods sold to other countries | value of all exports | sales of goods and services to other countries
import | goods bought from other countries | value of all imports | purchases of goods and services from other countries
minimum wage | lowest pay allowed by law
tax | share of income taken by the state
poverty | share of people who are poor | people below the poverty line
border country | neighbouring states | countries that it touches on land | countries that share a land border | adjacent states | nations next to a country
land boundary | length of the borders with other countries | total length of all land borders | how long a country's frontiers are
coastline | length of the sea coast | length of the shore in kilometres | how much seashore a country has
landlocked | has no coast | no access to the sea | not on any ocean | surrounded by land on all sides | whether a country lies by the sea | inland country | no seashore
highest point | tallest mountain of a country | summit higher than all others | highest mountain and its height | place with the greatest elevation
lowest point | deepest place of a country | place with the lowest elevation | point with the smallest height above sea level
elevation | height above the sea | altitude of a place in metres
climate | what the weather is like | usual weather of a country | type of climate
terrain | shape of the land | landscape: mountains, plains, deserts | physical relief of a country
natural resource | minerals and other riches of the ground | raw materials found in a country | ores, oil, timber and other natural assets
natural hazard | earthquakes, storms and floods | natural disasters that threaten a country | dangers of nature
independence | when a country became free of foreign rule | date of independence | day of sovereignty | from whom and when it became independent
national holiday | day on which a nation celebrates | national day of a country | annual celebration of the state
constitution | basic law of a state | when the constitution was adopted and how it is amended
official name | full formal name of a state | what a country is called in treaties | long form of a country's name | ceremonial name of a state | formal designation | name of a state in official documents
local name | what a country is called in its own language | name of a country in the local language | endonym
former name | what it was called before | previous name of a country | earlier designation | name that is no longer used
name origin | where a name comes from | etymology | origin of a country's name | why it is called so | meaning and history of a name
suffrage | age from which one may vote | voting age | who has the right to vote | minimum age of voters
drinking age | age from which alcohol may be bought
driving side | left or right side of the road
election date | day of the vote
legislature | parliament and its chambers | national parliament | assembly that makes the laws | name of the lawmaking body
political party | parties in parliament
court | highest court of a country
flag | colours and pattern of the flag
anthem | national song | title of the national anthem | hymn of a country
national symbol | animal or plant that stands for a nation | national emblem | heraldic animal of a country | emblems and animals that symbolise a nation
national dish | typical food of a country
mayor | head of a city
governor | head of a province or of a bank
time zone | difference from universal time | offset from UTC | local time against universal time
coordinate | latitude and longitude of a place | geographic position on the globe | where it lies in degrees
climate zone | kind of climate
airport | where aeroplanes land | number of airports | airports and airfields, counted
airport code | three-letter code of an airport
railway | length of the tracks | total length of railways | rail network in kilometres | train tracks
road | length of the roads | total length of roads | highways in kilometres
port | harbours of a country | seaports and harbours
metro | underground railway of a city
plug type | electrical plug and socket
emergency number | telephone number of police and ambulance
internet user | share of people who are online | percentage of the population using the internet | internet penetration
mobile cellular | number of mobile telephones | mobile phone subscriptions
electricity access | share of people with electric power | percentage of the population with electricity | electrification
carbon dioxide | greenhouse gas emissions | tonnes of carbon emitted
military expenditure | money spent on the armed forces | defence spending in percent of the economy | budget of the army
military service | age and length of duty in the army
university | place of higher education
stadium | sports ground and its seats
tallest building | highest tower
sister city | twin town of a city
symbol | letters that stand for a chemical element | short sign for something | symbol of an element on the periodic table | chemical symbol of an element | how an element is abbreviated
atomic number | number of protons in an atom's nucleus | position of an element in the periodic table | proton count of an atom
atomic weight | mass of an atom
melting point | temperature at which it becomes liquid
boiling point | temperature at which it becomes gas
density | mass for each volume
discovery | when and by whom it was discovered | year in which somebody first found or isolated it
discoverer | who discovered or invented it
mass | how heavy it is
height | how tall it is
length | how long it is
width | how wide it is
depth | how deep it is
speed | how fast it goes
temperature | how hot or cold it is
colour | what colour it has
material | what it is made of
dimension | length, width and height
capacity | how much fits into it | number of seats
begin | when it starts
end | when it ends
location | where it is
deadline | last day on which it may be handed in
salary | what a job pays
rating | how good people find it
warranty | how long a maker answers for defects
ingredient | what it is made from
opening hour | when a shop is open
identifier | registration number of a thing
population growth | annual growth of the population in percent | how fast the number of people rises
population density | people for each square kilometre
population distribution | where in a country most people live
urban population | percentage of people who live in towns and cities | urbanisation
metropolitan population | people of a city with its suburbs
sex ratio | men for each woman | males for each female
net migration | immigrants less emigrants for each thousand people | how many more people move in than leave, for each thousand
dependency ratio | old and young people against those of working age | children and old people for each hundred of working age
maternal mortality | mothers who die in childbirth
physician | doctors for each thousand people | medical doctors against the population | density of physicians
hospital bed | beds in hospitals for each thousand people
health expenditure | spending on health in percent of the economy
education expenditure | spending on schools in percent of the economy
school life | years that a child goes to school
obesity | share of adults who are very overweight
alcohol | litres of alcohol that a person drinks in a year
tobacco | percentage of people who smoke
drinking water | access to clean water
sanitation | access to toilets and sewers
refugee | people who fled from their country
labor force | number of people who work or look for work | size of the workforce of a country | economically active persons
youth unemployment | jobless share of the young
gini index | how unequally incomes are spread | income inequality
gdp composition | shares of agriculture, industry and services in the economy | percentage of economic output that one sector generates
gdp ppp | economic output at purchasing power parity
export partner | countries to which a country sells most | main export markets | destinations of exports
import partner | countries from which a country buys most | main suppliers abroad
export commodity | goods that a country sells most abroad
import commodity | goods that a country buys most abroad
agricultural product | crops and livestock of a country | what farmers produce | farm produce
industrial production | growth of industrial output | yearly change of what industry makes
external debt | money owed to foreigners
reserve | foreign exchange and gold held by a central bank
exchange rate | what a dollar costs in the local money
current account | balance of trade and payments with other countries
remittance | money sent home by workers abroad
electricity production | power generated in a year
electricity consumption | power used in a year
energy source | share of coal, gas, water and wind in power generation
petroleum | barrels of oil produced and used
natural gas | cubic metres of gas produced and used
coal | tonnes of coal mined and used
forest | share of the land covered by trees
arable land | share of the land under the plough
land use | shares of farmland, forest and other land
irrigated land | farmland that is watered artificially | area of fields under irrigation
water withdrawal | water used by towns, industry and farms
mean elevation | average height of the land | average altitude of a country
largest lake | major lakes
longest river | major rivers
environmental issue | pollution and other problems of nature
international agreement | treaties that a state has signed
international organization | organisations that a state is a member of
administrative division | provinces, states or districts of a country
legal system | civil law, common law or religious law | tradition that the courts follow | kind of law
judicial branch | how judges are chosen
executive branch | president, prime minister and cabinet
cabinet | ministers of a government | how ministers get their posts
electoral system | how members of parliament are elected
citizenship | how one becomes a citizen
diplomatic representation | embassy and ambassador
flag meaning | history and meaning of the flag
lyrics | words and music of a song | who wrote the words and the tune of a song
world heritage | number of heritage sites
broadcast media | radio and television stations
telephone line | fixed telephone subscriptions | number of landline phones
broadband | fixed internet subscriptions
merchant ship | ships under a country's flag
waterway | length of rivers and canals for ships
pipeline | length of pipelines for oil and gas
airline | registered air carriers
aircraft prefix | letters of a country's aircraft registration | letters with which a plane's registration begins | nationality mark of civil aircraft
armed force | army, navy and air force
terrorist group | terrorist organisations in a country
district | quarters and neighbourhoods of a city
nickname | informal name of a city or person
dialling code | area code of a city
cause of death | what somebody died of
burial place | where somebody is buried
parent | father and mother of a person
sibling | brothers and sisters of a person
employer | for whom somebody works
known for | what somebody is famous for
net worth | fortune of a person
term of office | how long somebody holds an office
predecessor | who held the office before
successor | who held the office after
position | office or post that somebody holds
instrument | what a musician plays
team | club that a player belongs to
coach | trainer of a team
total asset | what a company owns in money
key people | managers and leading persons of a company
area served | where a company does business
slogan | motto or advertising phrase
fiscal year | when a business year ends
funding | money raised from investors
valuation | what a private company is worth
acquisition | companies bought by a company
partner | firms that work together with a company
certification | certificates and standards held
manufacturer | who makes a product
country of origin | where a product was made
model | name or number of a product's model
battery life | how long a battery lasts
screen size | diagonal of a display
storage | memory in gigabytes
operating system | software that a computer runs on
fuel | what an engine burns
power | output of an engine
range | how far it gets without refuelling
availability | whether a product is in stock
character | persons in a story
plot | what happens in a story
setting | where and when a story takes place
original language | language in which a work was written
page count | number of pages of a book
episode | number of episodes of a series
box office | money that a film took in
producer | who produced a film or record
record label | company that published a record
scientific name | Latin name of a species
family | biological family of a species
habitat | where an animal or plant lives
diet | what an animal eats
conservation status | whether a species is endangered
lifespan | how old an animal gets
gestation | how long an animal carries its young
electron configuration | electrons in the shells of an atom
electronegativity | how strongly an atom draws electrons
element group | elements with like properties
element category | metal, nonmetal or noble gas
state of matter | solid, liquid or gas at room temperature
crystal structure | arrangement of the atoms of a solid
isotope | forms of an element with other numbers of neutrons
half life | time in which half of a substance decays
abundance | how common a substance is in the earth's crust
use | what it is used for
chemical formula | atoms of which a compound consists
cas number | registry number of a chemical
solubility | how much dissolves in water
rector | head of a university
student | number of students of a school
motto | guiding words of an institution
tuition | fees of a school
endowment | fortune of a university or foundation
campus | grounds of a university
member | number of members of an organisation
purpose | what an organisation is for
architect | who designed a building
floor | number of storeys of a building
prominence | how far a mountain rises above its saddle
first ascent | when a mountain was first climbed
river source | where a river rises
river mouth | where a river ends
discharge | water that a river carries
venue | place of an event
attendance | number of visitors of an event
winner | who won a competition
casualty | people killed and wounded
programming language | language in which software is written
repository | address of the source code
journal | periodical in which an article appeared
side effect | unwanted effects of a medicine
calorie | energy of a food
allergen | what in a food causes allergies
accessibility | whether wheelchairs can enter
payment method | how customers can pay
delivery time | days until a parcel arrives
last update | day on which a record was changed
territorial sea | how far out to sea a state's own waters reach | breadth of territorial waters | belt of coastal waters that is sovereign territory
economic zone | offshore waters in which a state alone may fish and drill | breadth of an exclusive economic zone
reproduction rate | daughters that a woman has on average
household consumption | share of economic output that households spend
energy use | energy that a person uses in a year
"""

GLOSSES: Final = tuple(
    tuple(part.strip() for part in line.split("|")) for line in _LINES.strip().splitlines()
)
