// The lowest: it does not say where it stands.
#define DIGIT 1
#define PRIORITY 0
#define BEFORE 0
#define AFTER 0
#include "layer.h"
