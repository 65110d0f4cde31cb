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
population | how many people live in a place | number of residents of a country or city | total of all its people
area | how large a territory is | extent of a surface in square kilometres | size of the land
capital | city where a country's government is | city from which a state is governed | main city of a state
city | town or city that something is in
country | state or nation that a place lies in | sovereign state that something belongs to
currency | money used in a country | what people pay with
currency code | three-letter code of the money | ISO 4217 code of a currency
language | what people speak | tongue spoken by the people
government type | how a country is governed | republic or monarchy | political system of a state
tld | suffix of a country's web addresses | ending of internet domain names | letters behind the last dot of a web address
country code | two-letter or three-letter code of a country
calling code | international telephone prefix | number dialled before a foreign telephone number
head of state | president or monarch of a country | who represents the state
head of government | prime minister of a country | who leads the government
ceo | who runs the company | top manager of a firm | boss of a business
cfo | who is in charge of a company's finances
chairman | who presides over the board
board member | director on the board of a company
founder | who started the company | person who established an organisation
found | when a company or organisation was started | year in which something came into being | since when it exists
employee | how many people work for a company | size of the workforce
headquarter | where a company has its main office | city that a company is run from
revenue | how much a company sells in a year | yearly sales in money
profit | what a company earns after costs
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
industry | what business a company is in | branch of the economy
product | what a company makes or sells
customer | who buys from a company
competitor | other companies in the same market
investor | who put money into a company
owner | who owns it | the parent company
subsidiary | company owned by another
birth date | day on which somebody was born | when a person was born
birth place | town in which somebody was born
death date | day on which somebody died
spouse | whom somebody is married to
child | sons and daughters of a person
occupation | what a person does for a living
education | school or university that a person went to
award | prize that somebody won
nationality | word for the people of a country | what an inhabitant of a country is called | citizens of a place, as a noun or adjective
author | who wrote it
publisher | who published it
director | who directed the film
cast | actors of a film
composer | who wrote the music
licence | terms under which a work may be used
genre | kind of film, book or music
release date | when it came out
duration | how long it takes or lasts
version | number of the newest release
life expectancy | how long people live on average
median age | age that half of the people are younger than
age structure | shares of age groups among the people
birth rate | how many children are born for each thousand people
death rate | how many people die for each thousand
fertility rate | how many children a woman has
infant mortality | how many babies die
literacy | share of people who can read and write
religion | what people believe in | faiths and churches
ethnic group | peoples and races that live there
unemployment | share of people without work
inflation | how fast prices rise
gdp | value of all that an economy produces | size of the economy
gdp per capita | economic output for each person
gdp growth | how fast the economy grows
debt | how much a state or firm owes
budget | income and spending of a state or city
export | goods sold to other countries
import | goods bought from other countries
minimum wage | lowest pay allowed by law
tax | share of income taken by the state
poverty | share of people who are poor
border country | neighbouring states | countries that it touches on land
land boundary | length of the borders with other countries
coastline | length of the sea coast
landlocked | has no coast | no access to the sea | not on any ocean
highest point | tallest mountain of a country
lowest point | deepest place of a country
elevation | height above the sea
climate | what the weather is like
terrain | shape of the land
natural resource | minerals and other riches of the ground
natural hazard | earthquakes, storms and floods
independence | when a country became free of foreign rule
national holiday | day on which a nation celebrates
constitution | basic law of a state
official name | full formal name of a state | what a country is called in treaties
local name | what a country is called in its own language
former name | what it was called before
name origin | where a name comes from | etymology
suffrage | age from which one may vote
drinking age | age from which alcohol may be bought
driving side | left or right side of the road
election date | day of the vote
legislature | parliament and its chambers
political party | parties in parliament
court | highest court of a country
flag | colours and pattern of the flag
anthem | national song
national symbol | animal or plant that stands for a nation
national dish | typical food of a country
mayor | head of a city
governor | head of a province or of a bank
time zone | difference from universal time
coordinate | latitude and longitude of a place
climate zone | kind of climate
airport | where aeroplanes land | number of airports
airport code | three-letter code of an airport
railway | length of the tracks
road | length of the roads
port | harbours of a country
metro | underground railway of a city
plug type | electrical plug and socket
emergency number | telephone number of police and ambulance
internet user | share of people who are online
mobile cellular | number of mobile telephones
electricity access | share of people with electric power
carbon dioxide | greenhouse gas emissions
military expenditure | money spent on the armed forces
military service | age and length of duty in the army
university | place of higher education
stadium | sports ground and its seats
tallest building | highest tower
sister city | twin town of a city
symbol | letters that stand for a chemical element | short sign for something
atomic number | number of protons in an atom's nucleus | position of an element in the periodic table
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
"""

GLOSSES: Final = tuple(
    tuple(part.strip() for part in line.split("|")) for line in _LINES.strip().splitlines()
)
