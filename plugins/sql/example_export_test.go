package sql

// Tables lends the template to the examples, which are outside of the package.
var Tables = tables
