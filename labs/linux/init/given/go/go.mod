module init

go 1.19
