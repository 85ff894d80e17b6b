// jansson comes with it: what cjose calls a header is a jansson object.
#ifndef CCJOSE_SHIM_H
#define CCJOSE_SHIM_H
#include <cjose/cjose.h>
#include <jansson.h>
#endif
