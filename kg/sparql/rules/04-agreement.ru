# Derives who is party to an agreement, and a tie between each two parties, so that deals show in the network.
# Hedged agreements yield nothing.
PREFIX st:  <https://w3id.org/actor-stance/ns#>
PREFIX stx: <https://w3id.org/actor-stance/scheme/>
INSERT { GRAPH ?derived { ?party st:isPartyTo ?agreement } }
WHERE {
  GRAPH ?g { ?agreement st:hasParty ?party ; st:certainty ?certainty }
  FILTER (?certainty != stx:hedged)
  FILTER (!STRSTARTS(STR(?g), "https://w3id.org/actor-stance/graph/derived/"))
  BIND (IRI(CONCAT("https://w3id.org/actor-stance/graph/derived/",
                   REPLACE(STR(?g), "^https://w3id.org/actor-stance/graph/", ""))) AS ?derived)
} ;
INSERT { GRAPH ?derived { ?party st:hasAgreementWith ?other } }
WHERE {
  GRAPH ?g { ?agreement st:hasParty ?party , ?other ; st:certainty ?certainty }
  FILTER (?party != ?other)
  FILTER (?certainty != stx:hedged)
  FILTER (!STRSTARTS(STR(?g), "https://w3id.org/actor-stance/graph/derived/"))
  BIND (IRI(CONCAT("https://w3id.org/actor-stance/graph/derived/",
                   REPLACE(STR(?g), "^https://w3id.org/actor-stance/graph/", ""))) AS ?derived)
}
