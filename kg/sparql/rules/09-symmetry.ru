# Derives the other direction of symmetric ties, so that "with whom" needs to be asked one way only.
# The graph of comparisons is left out: its ties were written both ways.
# native: closure
PREFIX owl: <http://www.w3.org/2002/07/owl#>
INSERT { GRAPH ?g { ?object ?property ?subject } }
WHERE {
  ?property a owl:SymmetricProperty .
  GRAPH ?g { ?subject ?property ?object }
  FILTER (STRSTARTS(STR(?g), "https://w3id.org/actor-stance/graph/derived/"))
  FILTER (?g != <https://w3id.org/actor-stance/graph/derived/comparison>)
}
