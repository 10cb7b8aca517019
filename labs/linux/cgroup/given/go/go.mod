module cg

go 1.19
