package org.reckoner.deliver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.reckoner.deliver.files.InvoiceFiles;
import org.reckoner.deliver.hostbill.HostBill;
import org.reckoner.deliver.killbill.KillBill;
import org.reckoner.deliver.odoo.Odoo;
import org.reckoner.deliver.whmcs.Whmcs;

/// The adapters that come with Reckoner, by name, and those in jars of the operator's, by class.
public final class Adapters {

    private static final SortedMap<String, Function<AdapterSettings, BillingSystem>> BUILT_IN = builtIn();

    private Adapters() {}

    private static SortedMap<String, Function<AdapterSettings, BillingSystem>> builtIn() {
        TreeMap<String, Function<AdapterSettings, BillingSystem>> adapters = new TreeMap<>();
        adapters.put("files", InvoiceFiles::new);
        adapters.put("whmcs", Whmcs::new);
        adapters.put("hostbill", HostBill::new);
        adapters.put("odoo", Odoo::new);
        adapters.put("killbill", KillBill::new);
        return adapters;
    }

    /// Opens a billing system.
    ///
    /// @param adapter the name of one that comes with Reckoner, or of a class: `package.Class`, or `package:Class`
    /// in the way of Artifice
    /// @param jar where the class is, if it is not on the class path: a jar, or a folder of classes
    /// @throws BadAdapter if there is no such adapter, it cannot be loaded, or its settings are wrong
    public static BillingSystem open(String adapter, Optional<Path> jar, AdapterSettings settings) {
        Function<AdapterSettings, BillingSystem> builtIn = BUILT_IN.get(adapter);
        return builtIn != null && jar.isEmpty() ? builtIn.apply(settings) : outside(adapter, jar, settings);
    }

    private static BillingSystem outside(String name, Optional<Path> jar, AdapterSettings settings) {
        String backend = settings.backend();
        try {
            Class<?> found = Class.forName(name.replace(':', '.'), true, loader(backend, jar));
            return constructor(found, backend).newInstance(settings);
        } catch (ClassNotFoundException e) {
            throw new BadAdapter(
                    "%s: there is no adapter '%s'%s. Known are %s; for one of your own name its class and its jar"
                            .formatted(
                                    backend,
                                    name,
                                    jar.map(file -> " in " + file).orElse(""),
                                    String.join(", ", BUILT_IN.keySet())));
        } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
            throw new BadAdapter(
                    "%s: the class %s is not public, or has no public constructor with AdapterSettings as its only parameter"
                            .formatted(backend, name));
        } catch (InvocationTargetException e) {
            throw switch (e.getCause()) {
                case BadAdapter bad -> bad;
                case LinkageError unfit -> new BadAdapter(unfit(backend, name, unfit));
                case null, default ->
                    new BadAdapter(
                            "%s: the adapter %s failed as it was opened: %s".formatted(backend, name, e.getCause()));
            };
        } catch (LinkageError e) {
            throw new BadAdapter(unfit(backend, name, e));
        }
    }

    private static Constructor<? extends BillingSystem> constructor(Class<?> found, String backend)
            throws NoSuchMethodException {
        if (!BillingSystem.class.isAssignableFrom(found)) {
            throw new BadAdapter(
                    "%s: the class %s is no %s".formatted(backend, found.getName(), BillingSystem.class.getName()));
        }
        if (Modifier.isAbstract(found.getModifiers())) { // interfaces are
            throw new BadAdapter("%s: %s is %s; name a class that implements all of %s"
                    .formatted(
                            backend,
                            found.getName(),
                            found.isInterface() ? "an interface" : "abstract",
                            BillingSystem.class.getName()));
        }
        return found.asSubclass(BillingSystem.class).getConstructor(AdapterSettings.class);
    }

    /// What an operator can do about a class that was found and cannot be loaded.
    private static String unfit(String backend, String name, LinkageError why) {
        String adapter = "%s: the adapter %s ".formatted(backend, name);
        return switch (why) {
            case UnsupportedClassVersionError newer ->
                adapter
                        + "or a library of it is compiled for a newer Java than the %d that Reckoner runs on: %s"
                                .formatted(Runtime.version().feature(), newer.getMessage());
            case ExceptionInInitializerError failed ->
                adapter + "failed as its class was initialised: " + failed.getCause();
            case NoClassDefFoundError missing
            when missing.getCause() instanceof ClassNotFoundException lacking ->
                adapter
                        + "needs the class %s, which is not there; one jar must hold all libraries that Reckoner has not"
                                .formatted(lacking.getMessage());
            default -> adapter + "does not fit together with this Reckoner or with a library of Reckoner's: " + why;
        };
    }

    /// The loader lives as long as the process, as the adapter does.
    private static ClassLoader loader(String backend, Optional<Path> jar) {
        if (jar.isEmpty()) {
            return Adapters.class.getClassLoader();
        }
        Path place = jar.get();
        if (!Files.isReadable(place)) {
            throw new BadAdapter("%s: cannot read the adapter's jar %s".formatted(backend, place));
        }
        if (!Files.isDirectory(place)) {
            mustBeJar(backend, place);
        }
        try {
            return new URLClassLoader(
                    new URL[] {place.toAbsolutePath().toUri().toURL()}, Adapters.class.getClassLoader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A class loader says of a file that is none only that it has no such class.
    private static void mustBeJar(String backend, Path file) {
        try (ZipFile _ = new ZipFile(file.toFile())) {
            // it can be opened
        } catch (ZipException e) {
            throw new BadAdapter("%s: %s is no jar: %s".formatted(backend, file, e.getMessage()));
        } catch (IOException e) {
            throw new BadAdapter("%s: cannot read the adapter's jar %s: %s".formatted(backend, file, e.getMessage()));
        }
    }
}
