/// The main job from end to end on the bundled recording.
@NullMarked
package org.reckoner.app.demo;

import org.jspecify.annotations.NullMarked;
